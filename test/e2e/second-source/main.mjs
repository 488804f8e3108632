import { runCli } from '../../../dist/cli/cli.js';
import { endWith } from '../../../dist/cli/end.js';
import { routesIn } from './routes-file.mjs';

// The program as it is, with one more place that workloads come from.
endWith(await runCli(process.argv.slice(2), process, [routesIn(process.env.ROUTES_FILE)]));
