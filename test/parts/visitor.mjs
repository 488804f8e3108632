// visitor.mjs SOCKET EVERY_MS HOST=ANSWER... : visits each host as a proxy would, at the first backend of its list in
// Redis at that moment, until its input ends; then prints, as JSON, how often it got which answer. Meant to be started
// in the network namespace of an engine, whose containers are reached from there alone.
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const [socket, everyMs, ...pairs] = process.argv.slice(2);
const redis = new Redis({ path: socket });
const agent = { agent: false, timeout: 1_000 };
const seen = { right: 0, none: 0, failed: 0, wrong: [] };
let isOver = false;

process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

function ask(url) {
  return new Promise((resolve) => {
    const request = get(url, agent, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text.trim()));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
    // A container that ends in the middle of its answer is no error of the request.
    request.on('close', () => resolve(null));
  });
}

async function visit(pair) {
  const [host, right] = pair.split('=');
  const first = () => redis.lindex(`frontend:${host}`, 1);
  while (!isOver) {
    const url = await first();
    const answer = url === null ? undefined : await ask(url);
    if (answer === undefined) seen.none += 1;
    else if (answer === null) seen.failed += 1;
    else if (answer === right) seen.right += 1;
    // Where this process stood still meanwhile, the list led elsewhere by then.
    else if ((await first()) === url) seen.wrong.push({ host, url, answer });
    else seen.failed += 1;
    await sleep(Number(everyMs));
  }
}

process.stdout.write('ready\n');
await Promise.all(pairs.map(visit));
redis.disconnect();
process.stdout.write(`${JSON.stringify(seen)}\n`);
