// @ts-check
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const LEFT_OUT = pathOf('./left-out.cjs');

/**
 * A bundle lies elsewhere than the modules in it, which look for files beside themselves.
 *
 * @type {import('esbuild').Plugin}
 */
const placeOfModules = {
  name: 'place of modules',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const place = JSON.stringify(path.replace(/^.*\/src\//, './'));
      const url = `new URL(${place}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

/**
 * Makes programs of modules and the packages that they need: few files, as each file that Node has to find and open
 * costs more than what is in it. A module that is imported when it is needed stays a file of its own.
 *
 * @param {string[]} entryPoints
 * @param {string} outdir
 * @returns {Promise<string[]>} paths of all that went into them
 */
export async function bundle(entryPoints, outdir) {
  const { metafile } = await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    alias: {
      ssh2: LEFT_OUT,
      '@grpc/grpc-js': LEFT_OUT,
      '@grpc/proto-loader': LEFT_OUT,
      protobufjs: LEFT_OUT,
      'tar-fs': LEFT_OUT,
      // To Node it shows itself as one module of which nothing can be left out.
      rxjs: pathOf('../node_modules/rxjs/dist/esm/index.js'),
    },
    // Packages in the older format ask for Node's own modules by `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    // Read with NODE_OPTIONS=--enable-source-maps.
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [placeOfModules],
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/** @param {string} relative to this file */
function pathOf(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
