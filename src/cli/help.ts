import { type Command, Help, type Option } from 'commander';
import { SETTINGS_GROUP } from './setting-options.ts';
import type { Terminal } from './show/terminal.ts';

/** Terms up to this width stand beside what they mean, longer ones above it. */
const TERM_WIDTH = 22;
const INDENT = '  ';
const BESIDE = ' '.repeat(INDENT.length + TERM_WIDTH + INDENT.length);
/** Wraps as wide as it is told to; by itself it leaves narrow columns alone. */
const WRAPPER = Object.assign(new Help(), { minWidthToWrap: 0 });

/**
 * Help for people: what a command does and can be told comes first, the settings that all commands share last,
 * and no line is wider than the terminal.
 */
export function styleHelp(program: Command, terminal: Terminal): void {
  const isOwn = ({ helpGroupHeading }: Option) => helpGroupHeading !== SETTINGS_GROUP;
  program
    .configureHelp({
      showGlobalOptions: true,
      padWidth: () => TERM_WIDTH,
      formatItem: (term, _width, description) => itemOf(term, description, terminal),
      visibleOptions: (command) =>
        Help.prototype.visibleOptions.call(new Help(), command).filter(isOwn),
      visibleGlobalOptions(command) {
        const help = Object.assign(new Help(), { showGlobalOptions: true });
        return help.visibleGlobalOptions(command).filter(isOwn);
      },
    })
    .configureOutput({ getOutHelpWidth: () => terminal.width })
    .addHelpText('afterAll', () => settingsText(program, terminal));
}

function settingsText({ options }: Command, terminal: Terminal): string {
  const items = options
    .filter(({ helpGroupHeading }) => helpGroupHeading === SETTINGS_GROUP)
    .map(({ flags, description }) => itemOf(flags, description, terminal));
  return ['', SETTINGS_GROUP, ...items].join('\n');
}

/**
 * Without the parts that lay out tables, as every start of the program comes by here and help is our own plain text:
 * they take a tenth of a start.
 */
function itemOf(term: string, description: string, { width }: Terminal): string {
  const text = WRAPPER.boxWrap(description, width - BESIDE.length).replaceAll(/^/gm, BESIDE);
  if (term.length > TERM_WIDTH) return `${INDENT}${term}\n${text}`;
  return `${INDENT}${term}${text.slice(INDENT.length + term.length)}`;
}
