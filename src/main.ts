#!/usr/bin/env node
import { runCli } from './cli/cli.ts';
import { keepHeapSmall } from './memory.ts';

keepHeapSmall();
// A handle that someone forgot must not keep a finished program alive.
process.exit(await runCli(process.argv.slice(2), process));
