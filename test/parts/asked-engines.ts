import Dockerode from 'dockerode';
import { afterAll, beforeAll } from 'vitest';
import { ENGINE_VERSIONS } from '../fakes/recorded.ts';
import { type EngineSubject, fakeEngine, realEngine } from './engine-subject.ts';

/**
 * What autodock relies on is asserted of the machine's own engine and of every fake one: a test that
 * passes on a fake says something about engines only as long as both pass this. A title, and how a block
 * of tests has that engine.
 */
export const ASKED_ENGINES: readonly (readonly [string, UseEngine])[] = [
  ['the engine of this machine', using(realEngine)],
  ...ENGINE_VERSIONS.map(
    (version) => [`a fake ${version}`, using(() => fakeEngine(version))] as const,
  ),
];

/** Opens an engine before the tests of a block, with a client of the version of the API that autodock needs. */
export type UseEngine = (tell: (subject: EngineSubject, docker: Dockerode) => void) => void;

function using(open: () => Promise<EngineSubject>): UseEngine {
  return (tell) => {
    let subject: EngineSubject;
    beforeAll(async () => {
      subject = await open();
      tell(subject, new Dockerode({ socketPath: subject.socketPath, version: 'v1.41' }));
    });
    afterAll(() => subject.close());
  };
}
