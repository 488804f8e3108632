import Dockerode from 'dockerode';
import { engineSocket } from '../parts/docker.ts';
import { IMAGE_VARIANTS, testImage } from '../parts/test-image.ts';

/** Makes the test images once, before files that run side by side would all make them. */
export default async function setup(): Promise<void> {
  const engine = new Dockerode({ socketPath: engineSocket() });
  for (const variant of IMAGE_VARIANTS) await testImage(engine, variant);
}
