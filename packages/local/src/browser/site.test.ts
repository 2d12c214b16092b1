import { expect, it } from '@jest/globals';
import { fetchSite, isSameSite } from './site.ts';

const urls = (...texts: string[]) => texts.map((text) => new URL(text));

it.each([
  ['https://app.example.com', 'https://api.example.com', true],
  ['https://app.example.com', 'https://example.com:8443', true],
  ['https://app.example.co.uk', 'https://other.co.uk', false],
  ['https://app.example.com', 'http://app.example.com', false],
  ['https://a.execute-api.eu-central-1.amazonaws.com', 'https://b.execute-api.eu-central-1.amazonaws.com', false],
  ['http://localhost:3002', 'http://localhost:3000', true],
  ['http://localhost:3002', 'http://127.0.0.1:3000', false],
  ['http://127.0.0.1:3000', 'http://127.0.0.2:3000', false],
])('%s and %s: of one site %s', (one, other, expected) => {
  const [a, b] = urls(one, other);
  expect(isSameSite(a as URL, b as URL)).toBe(expected);
});

it.each([
  [undefined, ['https://a.example.com'], 'none'],
  ['https://a.example.com', ['https://a.example.com/x'], 'same-origin'],
  ['https://a.example.com', ['https://b.example.com'], 'same-site'],
  ['https://a.example.com', ['https://id.example', 'https://a.example.com'], 'cross-site'],
  ['https://a.example.com', ['https://b.example.com', 'https://a.example.com'], 'same-site'],
])('a request of %s by %j is %s', (initiator, way, expected) => {
  expect(fetchSite(initiator === undefined ? undefined : new URL(initiator), urls(...way))).toBe(expected);
});
