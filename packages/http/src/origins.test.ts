import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { origins, requireOrigins } from './origins.ts';

describe('ALLOWED_ORIGINS', () => {
  it.each([
    ['[]', []],
    ['["https://app.example.com"]', ['https://app.example.com']],
    ['["capacitor://localhost","tauri://localhost"]', ['capacitor://localhost', 'tauri://localhost']],
  ])('reads %s', (text, expected) => {
    expect(v.parse(origins, text)).toEqual(expected);
  });

  it('takes http on loopback hosts alone', () => {
    const loopback = ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:3000'];
    expect(v.parse(origins, JSON.stringify(loopback))).toEqual(loopback);
  });

  it.each([
    '*',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://APP.example.com',
    'https://user@app.example.com',
    'https://app.example.com:443',
    'http://app.example.com',
    'null',
    'capacitor://localhost/',
    'file://localhost',
    'app.example.com',
    '',
    7,
  ])('refuses %j', (origin) => {
    expect(() => v.parse(origins, JSON.stringify([origin]))).toThrow('must hold exact origins');
  });

  it('refuses what is no list', () => {
    expect(() => v.parse(origins, '"https://app.example.com"')).toThrow('must be a JSON array');
    expect(() => v.parse(origins, undefined)).toThrow('is missing');
  });

  it('stops the start for a wildcard, since browsers do not take one with credentials', () => {
    expect(() => requireOrigins(['*'])).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
  });
});
