import type Docker from 'dockerode';
import type { Dialect } from './dialect.ts';
import { httpStatusOf } from './docker-call.ts';
import { asReply } from './docker-shapes.ts';

/** As an inspection names an image; nothing else is put into a path. */
const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

/**
 * `GET /containers/<id>/json`; with what the image of the container exposes, where the engine does not tell that of
 * each container.
 */
export async function inspectContainer(
  docker: Docker,
  { tellsWhatIsExposed }: Pick<Dialect, 'tellsWhatIsExposed'>,
  id: string,
  abortSignal: AbortSignal,
): Promise<unknown> {
  const reply: unknown = await docker.getContainer(id).inspect({ abortSignal });
  const members = asReply(reply);
  const config = asReply(members?.Config);
  const image = members?.Image;
  if (tellsWhatIsExposed || config === null || asReply(config.ExposedPorts) !== null) return reply;
  if (typeof image !== 'string' || !IMAGE_ID.test(image)) return reply;
  const ExposedPorts = await exposedByImage(docker, image, abortSignal);
  return { ...members, Config: { ...config, ExposedPorts } };
}

/** undefined: it exposes nothing, or was removed under its container, which is no word about the container. */
async function exposedByImage(
  docker: Docker,
  image: string,
  abortSignal: AbortSignal,
): Promise<unknown> {
  try {
    return asReply(asReply(await inspectImage(docker, image, abortSignal))?.Config)?.ExposedPorts;
  } catch (error) {
    if (httpStatusOf(error) === 404) return undefined;
    throw error;
  }
}

/** dockerode's own question takes no signal. */
function inspectImage(docker: Docker, image: string, abortSignal: AbortSignal): Promise<unknown> {
  const statusCodes = { 200: true, 404: 'no such image', 500: 'server error' } as const;
  const dial = {
    path: `/images/${image}/json`,
    method: 'GET',
    options: {},
    abortSignal,
    statusCodes,
  };
  return new Promise((resolve, reject) => {
    docker.modem.dial(dial, (error: Error | null, reply: unknown) => {
      if (error === null) resolve(reply);
      else reject(error);
    });
  });
}
