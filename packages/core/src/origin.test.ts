import { describe, expect, it } from '@jest/globals';
import { isExactOrigin } from './origin.ts';

describe('an exact origin', () => {
  it.each([
    'https://app.example.com',
    'http://localhost:5173',
    'https://[::1]:8443',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://obsidian.md',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0b1e4c1e-5d1c-4b4e-8c1f-0a8a7a1d2e3f',
    'safari-web-extension://5B0A1C2D-3E4F-5061-7283-94A5B6C7D8E9',
    'com.example.app://start',
    'app://localhost:8080',
  ])('is %s', (text) => expect(isExactOrigin(text)).toBe(true));

  it.each([
    '',
    'null',
    '*',
    'app.example.com',
    'https://*.example.com',
    'https://app.example.com/',
    'https://APP.example.com',
    'https://app.example.com:443',
    'capacitor://*',
    'capacitor://localhost/',
    'capacitor://localhost/index.html',
    'capacitor://localhost?a',
    'capacitor://localhost#a',
    'capacitor://user@localhost',
    'capacitor://',
    'capacitor:localhost',
    'capacitor:///',
    'Capacitor://localhost',
    ' capacitor://localhost',
    'capacitor://localhost ',
    'capacitor://local\nhost',
    'capacitor://localhost,https://app.example.com',
    'file://localhost',
    'data://localhost',
    'javascript://localhost',
    'blob://localhost',
    'ws://app.example.com',
    'wss://app.example.com',
  ])('is not %j', (text) => expect(isExactOrigin(text)).toBe(false));
});
