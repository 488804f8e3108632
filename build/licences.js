// @ts-check
import { readdir, readFile } from 'node:fs/promises';

/** Whole licences first; a package without a file of its own tells it in its readme. */
const FILES = [/^licen[cs]e/i, /^readme/i];

/**
 * The licences of the packages that a bundle is made of.
 *
 * @param {readonly string[]} files paths of what went into it
 * @returns {Promise<string>}
 * @throws {Error} if a package says nothing
 */
export async function licencesOf(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  const texts = await Promise.all(
    [...new Set(folders)].sort((a, b) => (a < b ? -1 : 1)).map(licenceOf),
  );
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {string} folder of a package */
async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const names = await readdir(folder);
  const file = FILES.map((kind) => names.find((one) => kind.test(one))).find((one) => one);
  if (file === undefined) throw new Error(`${name} ${version} comes without a licence`);
  return `${name} ${version} (${license})\n\n${(await readFile(`${folder}/${file}`, 'utf8')).trim()}\n`;
}
