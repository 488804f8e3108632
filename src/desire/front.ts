import { backendUrl } from '../model/backend-url.ts';
import type { BackendUrl } from '../model/ids.ts';
import type { DesireSettings } from './settings.ts';

const LOOPBACK = ['127.0.0.1', '::1'] as const;

/**
 * Whether a backend is the front itself, so that a request would go round in a circle. A front on `0.0.0.0` or
 * `[::]` has every address of its host: the loopback ones and `hostAddress`, as containers are reached there.
 */
export function isFront(
  url: BackendUrl,
  { frontAddresses, hostAddress }: Pick<DesireSettings, 'frontAddresses' | 'hostAddress'>,
): boolean {
  const place = url.replace(/^https:/, 'http:');
  return frontAddresses.some((front) => {
    const everywhere = /^(?:0\.0\.0\.0|\[::\]):(\d+)$/.exec(front);
    if (everywhere === null) return place === `http://${front}`;
    return [...LOOPBACK, hostAddress].some(
      (address) => place === backendUrl(address, Number(everywhere[1])),
    );
  });
}
