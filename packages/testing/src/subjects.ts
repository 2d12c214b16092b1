import fc from 'fast-check';

/** OpenID Connect Core §2: up to 255 ASCII characters. Here, all that can be printed. */
export const anySub = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 255,
});

/** Subjects of real providers, and those that a path, or another spelling of one, could take for something else. */
export const AWKWARD_SUBS = [
  'wXHHqYbG/zM16+k=',
  'oauth/google:1010435',
  '50%off',
  'a?b',
  'me',
  '~',
  '..',
  '%2F',
  ' ',
  '#',
];
