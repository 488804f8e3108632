#!/usr/bin/env node
import { runCli } from './cli/cli.ts';
import { endWith } from './cli/end.ts';
import { keepHeapSmall } from './cli/memory.ts';

keepHeapSmall();
endWith(await runCli(process.argv.slice(2), process));
