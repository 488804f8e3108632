import { runAutodock } from '../../../src/cli/autodock/autodock.ts';
import { endWith } from '../../../src/cli/end.ts';
import { routesIn } from './routes-file.ts';

// The program as it is, with one more place that workloads come from.
const { ROUTES_FILE = '' } = process.env;
endWith(await runAutodock(process.argv.slice(2), process, [routesIn(ROUTES_FILE)]));
