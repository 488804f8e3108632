#!/usr/bin/env node
import { keepCompiled } from './cli/compile-cache.ts';
import { endWith } from './cli/end.ts';

keepCompiled();
const { runHipachectl } = await import('./cli/hipachectl/hipachectl.ts');
endWith(await runHipachectl(process.argv.slice(2), process));
