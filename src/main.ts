#!/usr/bin/env node
import { keepCompiled } from './cli/compile-cache.ts';
import { endWith } from './cli/end.ts';

keepCompiled();
const { runAutodock } = await import('./cli/autodock/autodock.ts');
endWith(await runAutodock(process.argv.slice(2), process));
