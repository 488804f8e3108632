import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../parts/program.ts';

const run = promisify(execFile);
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const folder = mkdtempSync(join(tmpdir(), 'autodock-completion-'));
const scriptOf = (program: string, shell: Shell) => join(folder, `${program}.${shell}`);

beforeAll(async () => {
  for (const program of ['main.js', 'hipachectl.js'] as const) {
    for (const shell of SHELLS) {
      const { code, stdout, stderr } = await runProgram(program, ['completion', shell], {});
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      writeFileSync(scriptOf(program === 'main.js' ? 'autodock' : 'hipachectl', shell), stdout);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers for the last word; it takes `=` and `:` for words of their own. */
const IN_BASH = `source "$1"; shift; program=$1
COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
"_$program"; printf '%s\\n' "\${COMPREPLY[@]}"`;

/** What a person sees who types this and two tabs in zsh: one key does what these do, and then says that it has. */
const IN_ZSH = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1='READY> '; unsetopt beep; autoload -Uz compinit; compinit -D -u; source $1"
zpty -w shell "tabs() { zle expand-or-complete; zle expand-or-complete; zle -R; print -n ALL''SAID >/dev/tty }"
zpty -w shell "zle -N tabs; bindkey '^X' tabs; print LO''ADED"
zpty -r -m shell seen '*LOADED*READY> *'
zpty -w -n shell "$2"$'\\x18'
zpty -r -m shell seen '*ALLSAID*'
print -r -- "$seen"
zpty -d shell`;

/** The words that a shell offers after what was typed, of which the last may be begun. */
async function offered(shell: Shell, typed: string): Promise<readonly string[]> {
  const [program = ''] = typed.split(' ');
  const script = scriptOf(program, shell);
  const words = typed.split(/ |(?<==)|(?==)|(?<=:)|(?=:)/);
  const commands: Readonly<Record<Shell, readonly string[]>> = {
    bash: ['--norc', '-c', IN_BASH, 'bash', script, ...words],
    zsh: ['-f', '-c', IN_ZSH, 'zsh', script, typed],
    fish: ['--no-config', '-c', `source ${script}; complete -C '${typed}'`],
  };
  const { stdout } = await run(shell, [...commands[shell]], {
    env: { ...process.env, TERM: 'dumb' },
  });
  return stdout.split(/[\s\p{Cc}]+/u);
}

// Side by side: most of its time each waits for what shells load.
describe.concurrent.each(SHELLS)('%s', (shell) => {
  test('reads the scripts without a word', ({ expect }) => {
    for (const program of ['autodock', 'hipachectl']) {
      expect(execFileSync(shell, ['-n', scriptOf(program, shell)], { encoding: 'utf8' })).toBe('');
    }
  });

  test.each([
    ['autodock rel', ['release']],
    ['autodock --docker-host unix:///x expl', ['explain']],
    ['autodock --owner me rou', ['routes']],
    ['autodock plan --det', ['--detailed-exitcode']],
    ['autodock explain --as ', ['container', 'host']],
    ['autodock completion ', ['bash', 'zsh', 'fish']],
    ['autodock --policy up', ['upsert-only']],
    ['autodock --bus-enabled ', ['true', 'false']],
    ['hipachectl -u redis://h del', ['delete']],
    ['hipachectl delete x y --fo', ['--force']],
  ])('completes "%s"', async (typed, words) => {
    expect(await offered(shell, typed)).toEqual(expect.arrayContaining(words));
  });

  test('completes a value behind an equals sign', async () => {
    const text = (await offered(shell, 'autodock --policy=up')).join(' ');
    expect(text).toContain('upsert-only');
  });
});
