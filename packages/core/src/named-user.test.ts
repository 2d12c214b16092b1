import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toBase64url } from './base64url.ts';
import {
  namesOneself,
  parsePublicUserKey,
  publicUserKey,
  readableUserId,
  userNamed,
  userNamedInPath,
} from './named-user.ts';
import type { User } from './user.ts';

const ALIASES = ['main', 'guests', 'f'];
const anySub = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[\x20-\x7e]{1,255}$/) },
  // What is easily mistaken: percent signs that decode, other people's names, the words that mean something.
  fc
    .array(fc.constantFrom('a', '%', '%61', '%2561', '%2F', '/', '?', '#', '\\', '.', '~', 'me', ':', 'main', 'f', ' '))
    .map((parts) => parts.join(''))
    .filter((sub) => sub !== ''),
);
const anyUser = fc.record({ issuer: fc.constantFrom(...ALIASES), sub: anySub });
const anyNamer = fc.record({ own: anyUser, administers: fc.subarray(ALIASES) });

/** What becomes of a path's segment that is decoded as often; undefined where a gateway answers 400. */
function decoded(segment: string, times: number): string | undefined {
  try {
    return times === 0 ? segment : decoded(decodeURIComponent(segment), times - 1);
  } catch {
    return undefined;
  }
}

describe('the public key of a user', () => {
  it('names exactly that user, whoever writes it, encoded or not, and however often it is decoded', () => {
    fc.assert(
      fc.property(anyUser, anyNamer, fc.constantFrom(0, 1, 2), (user, namer, times) => {
        const key = publicUserKey(user);
        for (const segment of [key, encodeURIComponent(key)]) {
          expect(userNamedInPath(decoded(segment, times) ?? '', namer)).toEqual(user);
        }
        expect(userNamed(key, namer)).toEqual(user);
      }),
      { numRuns: 1000 },
    );
  });

  it('has one spelling', () => {
    fc.assert(
      fc.property(anyUser, fc.nat(), fc.constantFrom('A', 'z', '-', '_', '=', '~', ' ', ''), (user, at, typed) => {
        const key = publicUserKey(user);
        const place = at % (key.length + 1);
        for (const text of [key.slice(0, place) + typed + key.slice(place + 1), `${key}${typed}`]) {
          const read = parsePublicUserKey(text);
          expect(read === undefined || publicUserKey(read) === text).toBe(true);
        }
      }),
    );
  });

  it.each([
    '~',
    '~ann',
    `${publicUserKey({ issuer: 'main', sub: 'ann' })}=`,
    `~${publicUserKey({ issuer: 'main', sub: 'ann' })}`,
    publicUserKey({ issuer: 'main', sub: 'ann' }).slice(1),
    `~${toBase64url('KEYS#main')}`,
    `~${toBase64url('U#Main#ann')}`,
    `~${toBase64url('U#main#')}`,
    `~${toBase64url('U#main#\n')}`,
  ])('is not %s', (text) => {
    expect(parsePublicUserKey(text)).toBeUndefined();
  });
});

describe('a sub in a path', () => {
  const namer = { own: { issuer: 'main', sub: 'root' }, administers: ['main', 'guests'] };

  it.each(['ann', 'auth0|ann', 'ann@corp.com', 'a b', 'ann+x', 'A;b=c', '...', 'Me'])('can be %j', (sub) => {
    expect(userNamedInPath(sub, namer)).toEqual({ issuer: 'main', sub });
    expect(userNamedInPath(`guests:${sub}`, namer)).toEqual({ issuer: 'guests', sub });
  });

  it.each(['al%69ce', '100%', 'a/b', 'a?b', 'a#b', 'a\\b'])(
    'cannot be %j, which another reader takes for another',
    (sub) => {
      expect(userNamedInPath(sub, namer)).toBeUndefined();
      expect(userNamedInPath(`guests:${sub}`, namer)).toBeUndefined();
      expect(userNamedInPath(sub, { own: { issuer: 'main', sub }, administers: [] })).toBeUndefined();
      expect(userNamed(sub, namer)).toEqual({ issuer: 'main', sub });
    },
  );

  it.each(['.', '..'])('cannot be %j, which clients take for a step in the path', (sub) => {
    expect(userNamedInPath(sub, namer)).toBeUndefined();
    expect(userNamed(sub, namer)).toEqual({ issuer: 'main', sub });
  });

  it.each(['', 'guests:', 'a\u0000b', 'ä', 's'.repeat(256)])('cannot be %j, which is none', (sub) => {
    expect(userNamedInPath(sub, namer)).toBeUndefined();
    expect(userNamed(sub, namer)).toBeUndefined();
  });

  it('never names anybody else, decoded once or twice, however it was encoded', () => {
    fc.assert(
      fc.property(anySub, fc.subarray(ALIASES), (sub, administers) => {
        const someone = { own: { issuer: 'main', sub: 'root' }, administers };
        const user = userNamedInPath(sub, someone);
        fc.pre(user !== undefined);
        for (const times of [0, 1, 2]) {
          for (const segment of [sub, encodeURIComponent(sub), encodeURIComponent(encodeURIComponent(sub))]) {
            const read = userNamedInPath(decoded(segment, times) ?? '', someone);
            if (read !== undefined) expect(read).toEqual(user);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('names whom it did before it was decoded once more, or nobody did', () => {
    fc.assert(
      fc.property(anySub, anyNamer, (segment, namer) => {
        const [once, twice] = [1, 2].map((times) => userNamedInPath(decoded(segment, times) ?? '', namer));
        if (once !== undefined) expect(twice).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('me', () => {
  it('is oneself to everybody, whoever is called so', () => {
    fc.assert(
      fc.property(anyNamer, (namer) => {
        expect(userNamedInPath('me', namer)).toEqual(namer.own);
      }),
    );
  });

  it('is nobody outside of a path, where nobody could tell it from a user who is called so', () => {
    const own = { issuer: 'main', sub: 'root' };
    expect(userNamed('me', { own, administers: ['main'] })).toBeUndefined();
    expect(userNamed('main:me', { own, administers: ['main'] })).toBeUndefined();
  });
});

describe('a user who is called like a word that means something', () => {
  const administers = ['main'];
  const admin = { own: { issuer: 'main', sub: 'root' }, administers };
  const mistaken = ['me', '~', '~ann', publicUserKey({ issuer: 'main', sub: 'victim' })];

  it.each(mistaken)('is named by the key alone, and by me: %s', (sub) => {
    const user = { issuer: 'main', sub };
    expect(userNamedInPath(sub, admin)).not.toEqual(user);
    expect(userNamedInPath(`main:${sub}`, admin)).toBeUndefined();
    expect(userNamedInPath(publicUserKey(user), admin)).toEqual(user);
    expect(namesOneself(publicUserKey(user), user)).toBe(true);
    expect(namesOneself('me', user)).toBe(true);
    expect(namesOneself(sub, user)).toBe(sub === 'me');
  });
});

describe('naming oneself', () => {
  const ann = { issuer: 'main', sub: 'ann' };

  it.each(['me', 'ann', 'main:ann', publicUserKey(ann)])('can be done by %s', (userId) => {
    expect(namesOneself(userId, ann)).toBe(true);
  });

  it.each(['bob', 'guests:ann', 'Ann', '', '%61nn', publicUserKey({ issuer: 'guests', sub: 'ann' })])(
    'cannot be done by %j',
    (userId) => {
      expect(namesOneself(userId, ann)).toBe(false);
    },
  );

  it('can be done by everybody, through every gateway, by me and by the key', () => {
    fc.assert(
      fc.property(anyUser, fc.constantFrom(0, 1, 2), (user, times) => {
        for (const name of ['me', publicUserKey(user)])
          expect(namesOneself(decoded(name, times) ?? '', user)).toBe(true);
      }),
    );
  });

  it('is never somebody else', () => {
    fc.assert(
      fc.property(anyUser, anyUser, (user, other) => {
        fc.pre(user.issuer !== other.issuer || user.sub !== other.sub);
        expect(namesOneself(publicUserKey(other), user)).toBe(false);
      }),
    );
  });
});

describe('a name with a colon', () => {
  const own = { issuer: 'main', sub: 'guests:bob' };

  it('that reads as a user one administers never means oneself', () => {
    const administrator = { own, administers: ['main', 'guests'] };
    expect(userNamedInPath('guests:bob', administrator)).toEqual({ issuer: 'guests', sub: 'bob' });
    expect(userNamedInPath('main:guests:bob', administrator)).toEqual(own);
  });

  it('means oneself by the own sub, and by the alias and the own sub, to everybody else', () => {
    for (const administers of [[], ['main']]) {
      expect(userNamedInPath('guests:bob', { own, administers })).toEqual(own);
      expect(userNamedInPath('main:guests:bob', { own, administers })).toEqual(own);
    }
  });
});

describe('what is shown of a user to be read', () => {
  const namer = { own: { issuer: 'main', sub: 'f:ann' }, administers: ['main', 'guests'] };

  it.each<[User, string]>([
    [{ issuer: 'main', sub: 'bob' }, 'bob'],
    [{ issuer: 'main', sub: 'al%69ce' }, 'al%69ce'],
    [{ issuer: 'main', sub: 'F:bob' }, 'F:bob'],
    [{ issuer: 'main', sub: 'f:1:bob' }, 'main:f:1:bob'],
    [{ issuer: 'main', sub: 'f:ann' }, 'f:ann'],
    [{ issuer: 'main', sub: 'me' }, 'main:me'],
    [{ issuer: 'main', sub: '~ann' }, 'main:~ann'],
    [{ issuer: 'guests', sub: 'bob' }, 'guests:bob'],
    [{ issuer: 'guests', sub: 'f:ann' }, 'guests:f:ann'],
  ])('of %j is %s', (user, text) => {
    expect(readableUserId(user, namer)).toBe(text);
  });

  it('names that user or nobody, also where a sub looks like somebody else', () => {
    fc.assert(
      fc.property(anyUser, anyNamer, (other, namer) => {
        for (const someone of namer.administers.includes(other.issuer) ? [namer.own, other] : [namer.own]) {
          const text = readableUserId(someone, namer);
          for (const named of [userNamed(text, namer), userNamedInPath(text, namer)]) {
            if (named !== undefined) expect(named).toEqual(someone);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
