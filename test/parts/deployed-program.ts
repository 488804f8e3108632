import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A program that an image of the deployment has, and that can be had without the image. */
export type DeployedProgram = 'caddy' | 'prometheus' | 'promtool' | 'redis-server';

/** Where it lies, in the version of the image or one beside it; see `test/setup/deployed.sh`. */
export async function deployedProgram(name: DeployedProgram): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['test/setup/deployed.sh', name]);
  return stdout.trim();
}

/** The first version in what a program says of itself: `[major, minor, patch]`. */
export async function versionOf(program: string, flag: string): Promise<readonly number[]> {
  const { stdout, stderr } = await promisify(execFile)(program, [flag]);
  return numbersOf(stdout + stderr);
}

/** The version that the tag of an image stands for in the Compose file, e.g. of `redis`. */
export async function taggedVersion(image: string): Promise<readonly number[]> {
  const text = await readFile('deploy/compose.yaml', 'utf8');
  const [, tag] = new RegExp(`_IMAGE:-${image}:([^}]+)}`).exec(text) ?? [];
  if (tag === undefined) throw new Error(`deploy/compose.yaml names no image ${image}`);
  return numbersOf(tag);
}

function numbersOf(text: string): readonly number[] {
  return (/\d+(?:\.\d+)+/.exec(text)?.[0] ?? '').split('.').map(Number);
}
