/**
 * The odd primes to 167. A modulus of the generator that CVE-2017-15361 ("ROCA") is about is a power of 65537 modulo each of them;
 * of other moduli about one in 240 million is. Source: Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, §3.3.
 */
const PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];
const GENERATOR = 65537;

/** Whether an RSA modulus (big-endian bytes) was made by a generator whose private keys can be computed from their public ones. */
export function isRocaWeak(modulus: Uint8Array): boolean {
  return PRIMES.every((prime) => isPowerOfGenerator(remainder(modulus, prime), prime));
}

function remainder(modulus: Uint8Array, prime: number): number {
  return modulus.reduce((rest, byte) => (rest * 256 + byte) % prime, 0);
}

function isPowerOfGenerator(value: number, prime: number): boolean {
  let power = 1;
  do {
    if (power === value) return true;
    power = (power * GENERATOR) % prime;
  } while (power !== 1);
  return false;
}
