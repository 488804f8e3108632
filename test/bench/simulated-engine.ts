import { startFakeDocker } from '../fakes/docker-daemon.ts';

/** A fake engine as a process of its own, so that what it costs is not counted as the controller's. */
const size = Number(process.argv[2]);
const fake = await startFakeDocker({ engine: '29.7' });
let made = 0;

function add(): void {
  const host = `host-${made}.example.com`;
  made += 1;
  fake.world.start(
    fake.world.create({
      env: ['PATH=/usr/local/bin:/usr/bin', `VIRTUALHOST=${host}`],
      network: 'apps',
    }),
  );
}

for (let index = 0; index < size; index += 1) add();
process.on('message', () => {
  for (const id of [...fake.world.containers.keys()].slice(0, size / 10)) {
    fake.world.remove(id);
    add();
  }
  process.send?.('replaced');
});
// The end of the benchmark, or of its process.
process.on('disconnect', () => void fake.close());
process.send?.(fake.host);
