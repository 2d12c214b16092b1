import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deviceName } from './device-name.ts';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0';
const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('the name of a device', () => {
  it.each([
    ['Firefox on Windows', `${WINDOWS}; rv:140.0) Gecko/20100101 Firefox/140.0`],
    ['Chrome on Windows', `${WINDOWS}) ${CHROME} Safari/537.36`],
    ['Microsoft Edge on Windows', `${WINDOWS}) ${CHROME} Safari/537.36 Edg/142.0.0.0`],
    ['Safari on macOS', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/18.5 Safari/605.1.15`],
    ['Safari on iPhone', `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${APPLE} Version/18.5 Safari/604.1`],
    ['Chrome on iPad', `Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) ${APPLE} CriOS/138.0 Safari/604.1`],
    ['Chrome on Android', `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`],
    [
      'Samsung Internet on Android',
      `Mozilla/5.0 (Linux; Android 14; SM-S918B) ${CHROME} SamsungBrowser/25.0 Safari/537`,
    ],
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ['Chrome on Chrome OS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`],
    ['MyApp on iPhone', 'MyApp/1.0 (iPhone; iOS 17.0; Scale/3.00)'],
    ['Firefox', 'Firefox/140'],
    ['Linux', 'aws-sdk-js/3.0 ua/2.0 os/linux#5 lang/js'],
    [undefined, 'curl/8.5.0'],
    [undefined, 'x'.repeat(512)],
    [undefined, ''],
  ])('is %s', (name, userAgent) => {
    expect(deviceName(userAgent)).toBe(name);
  });

  it('is short and plain whatever was sent', () => {
    const parts = fc.constantFrom(
      'Mozilla/5.0 ',
      '(',
      ')',
      '<b>',
      '/',
      ' ',
      'Version/',
      'Android ',
      'Chrome/1',
      '\n',
      'é',
    );
    const userAgent = fc.oneof(
      fc.string({ maxLength: 512, unit: CODE_POINT }),
      fc.array(parts, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(userAgent, (text) => {
        expect(deviceName(text) ?? 'none').toMatch(/^[\p{L}\p{N} .+-]{1,84}$/u);
      }),
      { numRuns: 500 },
    );
  });
});
