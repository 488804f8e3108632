#!/usr/bin/env node
import { endWith } from './cli/end.ts';
import { runHipachectl } from './cli/hipachectl/hipachectl.ts';

endWith(await runHipachectl(process.argv.slice(2), process));
