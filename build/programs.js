// @ts-check
// Makes the programs in `dist/`.
import { writeFile } from 'node:fs/promises';
import { bundle } from './bundle.js';
import { licencesOf } from './licences.js';

const files = await bundle(['src/main.ts', 'src/hipachectl.ts'], 'dist');
await writeFile('dist/THIRD-PARTY-LICENSES.txt', await licencesOf(files));
