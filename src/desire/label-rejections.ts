import { escapeText } from '../model/escape.ts';
import type { Rejection } from '../model/frontend.ts';
import { ALLOWED_LABELS, type OwnLabels } from './labels.ts';
import type { WrittenValue } from './written.ts';

/**
 * Labels of our namespace that cannot be followed. They stand for themselves: what else the container
 * asks for is routed, so that a label of a later release does no harm under this one.
 */
export function labelRejections(
  labels: OwnLabels,
  hostless: readonly string[],
): readonly Rejection[] {
  return [...labels.unknown.map(unknownLabel), ...hostless.map(routeWithoutHost)];
}

/** What followed a value and was not read: nobody who comments a host out of a line asks for the comment's words. */
export function commentRejection({ from, comment }: WrittenValue): Rejection {
  return {
    reason: reasonFor(from),
    vhost: null,
    detail: `${from} holds a comment, which is not read: "${escapeText(comment ?? '')}".`,
    remedy: 'Write the comment on a line of its own: env files keep what stands behind a value.',
  };
}

function reasonFor(from: string): Rejection['reason'] {
  if (from === 'PORT') return 'bad-port';
  return from === 'VIRTUALHOST' || from === 'ALIAS' ? 'bad-vhost' : 'bad-label';
}

function unknownLabel(key: string): Rejection {
  return {
    reason: 'bad-label',
    vhost: null,
    detail: `The label ${escapeText(key)} means nothing.`,
    remedy: `Allowed are ${ALLOWED_LABELS}; a name is of letters, digits, "-" and "_".`,
  };
}

function routeWithoutHost(name: string): Rejection {
  return {
    reason: 'bad-label',
    vhost: null,
    detail: `The named route "${name}" has no host.`,
    remedy: `Add the label autodock.${name}.host=<vhost>, or remove the others of that name.`,
  };
}
