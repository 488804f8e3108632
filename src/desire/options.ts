import { DURATION_EXAMPLES, parseDuration } from '../model/duration.ts';
import { escapeText } from '../model/escape.ts';
import type { Rejection } from '../model/frontend.ts';
import type { Option, Options, OptionWord } from '../model/options.ts';
import type { OwnLabels } from './labels.ts';
import type { NamedValue } from './written.ts';

/** What a container asks of fronts for all of its vhosts. */
export interface AskedOptions {
  readonly options: Options;
  /** Labels that ask for nothing that a front could do. They stand for themselves: the container is routed. */
  readonly rejections: readonly Rejection[];
}

type OptionReading =
  | { readonly kind: 'value'; readonly value: Option['value'] }
  /** What is allowed, in words that follow the label. */
  | { readonly kind: 'misfit'; readonly allowed: string }
  /** It says what holds without it. */
  | { readonly kind: 'default' };

type LabelWord = Exclude<OptionWord, 'scheme'>;

const READ: Readonly<Record<LabelWord, (text: string) => OptionReading>> = {
  timeout: readDuration,
  idle: readDuration,
  verify: (text) => {
    if (text === 'off') return { kind: 'value', value: text };
    if (text === 'on') return { kind: 'default' };
    return { kind: 'misfit', allowed: 'must be off or on' };
  },
};
const WORDS = Object.keys(READ) as readonly LabelWord[];
const EXAMPLES: Readonly<Record<LabelWord, string>> = { timeout: '5m', idle: '1h', verify: 'off' };

/** @param createdAt seconds since 1970: of several containers the oldest is heard */
export function readOptions({ own }: OwnLabels, createdAt: number): AskedOptions {
  const options = new Map<OptionWord, Option>();
  const rejections: Rejection[] = [];
  for (const word of WORDS) {
    const setting = own.get(word);
    if (setting === undefined) continue;
    const reading = READ[word](setting.value.trim().toLowerCase());
    if (reading.kind === 'value') options.set(word, { value: reading.value, since: createdAt });
    if (reading.kind === 'misfit') {
      rejections.push(misfit(setting, reading.allowed, EXAMPLES[word]));
    }
  }
  return { options, rejections };
}

/** The same for a request that is met by gRPC. */
export function withGrpc(options: Options, createdAt: number): Options {
  return new Map([...options, ['scheme', { value: 'grpc', since: createdAt }]]);
}

function readDuration(text: string): OptionReading {
  const ms = parseDuration(text);
  return ms === null || ms === 0
    ? { kind: 'misfit', allowed: `${DURATION_EXAMPLES}, more than 0` }
    : { kind: 'value', value: ms };
}

function misfit({ from, value }: NamedValue, allowed: string, example: string): Rejection {
  return {
    reason: 'bad-label',
    vhost: null,
    detail: `${from}="${escapeText(value)}" ${allowed}; without it the front's own setting holds.`,
    remedy: `Write for example ${from}=${example}, or remove the label.`,
  };
}
