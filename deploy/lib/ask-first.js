// node - ENGINE NAME FOLDER: run in a container by join.sh, on that engine of that name, with the joining line unpacked in
// that folder. Prints where Redis is and this host's address as Redis sees it, then the prefix; if the line cannot be
// used, why, and ends with 1.
'use strict';
const { readFileSync } = require('node:fs');
const { uptime } = require('node:os');
const { connect } = require('node:tls');

const [, , engine, name, folder] = process.argv;
const file = (name) => readFileSync(`${folder}/${name}`);
const url = new URL(file('url').toString());
const prefix = file('prefix').toString();
// That of the engine's host, as in every container.
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
const place = `${url.hostname}:${url.port}`;
const key = `${prefix}autodock:joined:${url.username}`;

const encode = (words) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

const fail = (why) => {
  console.log(why);
  process.exit(1);
};

const MEANINGS = [
  [/alert certificate expired/i, 'the certificate of its line is over'],
  [/expired/i, 'its certificate is over, and deploy/up makes it anew there'],
  [/WRONGPASS|revoked|unknown ca|bad certificate/i, 'its line was withdrawn there'],
  [/not yet valid/i, `its certificate begins later than now: the clocks of the two hosts differ (here it is ${new Date().toISOString()})`],
];

const socket = connect({ host, port: Number(url.port), ca: file('ca.crt'), cert: file('client.crt'), key: file('client.key') });
socket.setTimeout(10_000, () => fail(`Redis at ${place} does not answer within 10 s: does a firewall let it through?`));
socket.on('error', ({ message }) => {
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(message)) ?? [];
  fail(`Redis at ${place} cannot be used: ${meaning ?? message}`);
});

// No machine gives a sign of life in one boot while it is up in another.
const isOfAnotherBoot = (record, ageMs) => record.boot && boot && record.boot !== boot && ageMs < uptime() * 1_000;

// Another host that is at work under this one's engine: its name is another one, it is reached as no host that joined, or
// it is up in a boot of its own.
const isClone = (record, ageMs) =>
  record?.id === engine && ageMs < record.leaseMs &&
  (record.name?.replace(/ at [^ ]*$/, '') !== name || record.address === 'container' || isOfAnotherBoot(record, ageMs));

const ask = (...commands) => socket.write(commands.map(encode).join(''));

// +OK to AUTH, the time, and nothing or a text.
const AFTER_LOOK = /^\+OK\r\n\*2\r\n\$\d+\r\n(\d+)\r\n\$\d+\r\n\d+\r\n(?:\$-1|\$\d+\r\n(.*))\r\n/;
const look = ([, seconds, text]) => {
  const record = JSON.parse(text ?? 'null');
  if (isClone(record, seconds * 1_000 - record?.at)) {
    fail(`its engine has the ID of another host that is at work, ${record.name}, as a cloned machine has: delete ` +
      '/etc/docker/key.json and engine-id here, and restart Docker (if this one was only renamed, wait half a minute)');
  }
  ask(['SET', key, engine, 'NX'], ['GET', key]);
};

// +OK or a null to SET, and the value.
const AFTER_CLAIM = /^(?:\+OK|\$-1)\r\n\$\d+\r\n(.*)\r\n/;
const claim = ([, holder]) => {
  if (holder !== engine) fail(`its line was used by another host already (engine ${holder}), and is for one alone`);
  console.log(`${place} ${socket.localAddress}\n${prefix}`);
  process.exit(0);
};

const steps = [[AFTER_LOOK, look], [AFTER_CLAIM, claim]];
let text = '';
socket.setEncoding('utf8').on('data', (part) => {
  text += part;
  const error = /^-(.*)\r$/m.exec(text);
  if (error) socket.emit('error', new Error(error[1]));
  const [pattern, go] = steps[0];
  const replies = pattern.exec(text);
  if (!replies) return;
  text = '';
  steps.shift();
  go(replies);
});
ask(
  ['AUTH', decodeURIComponent(url.username), decodeURIComponent(url.password)],
  ['TIME'],
  ['GET', `${prefix}autodock:engine:${engine}`],
);
