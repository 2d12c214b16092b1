import type { Layer } from '../exchange.ts';
import type { Texts } from '../route.ts';

const ALWAYS: Texts = {
  // Answers are about one caller at one moment: no cache may keep them.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Also on answers without CORS headers: whether they have some depends on the Origin.
  vary: 'Origin',
};

/** Gives every answer, errors included, the headers it must have, and all names one spelling: lower case. */
export function answerFormat(): Layer {
  const format: Layer['after'] = (request) => {
    if (!request.response) return;
    const entries = Object.entries(request.response.headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    request.response = { ...request.response, headers: { ...Object.fromEntries(entries), ...ALWAYS } };
  };
  return { after: format, onError: format };
}
