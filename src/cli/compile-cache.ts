import module from 'node:module';
import { cacheFolder } from '../config/cache-folder.ts';

/** Node from 22.1 on. */
interface CompilingModules extends Pick<typeof module, 'builtinModules'> {
  readonly enableCompileCache?: (folder: string) => unknown;
}

/**
 * Keeps what Node compiles of the program for the next start: where NODE_COMPILE_CACHE says, else in this user's own
 * cache. Never in the folder for temporary files, which is Node's own choice: what somebody else had put there would
 * be run. Without a folder that can be written nothing is kept.
 */
export function keepCompiled(): void {
  const { enableCompileCache }: CompilingModules = module;
  const folder = cacheFolder();
  if (folder !== null) enableCompileCache?.(folder);
}
