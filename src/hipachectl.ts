#!/usr/bin/env node
import { runHipachectl } from './cli/hipachectl/hipachectl.ts';

process.exit(await runHipachectl(process.argv.slice(2), process));
