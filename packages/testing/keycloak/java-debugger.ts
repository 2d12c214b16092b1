import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * As much of a debugger as it takes to set a number in a running Java program (Java Debug Wire Protocol,
 * https://docs.oracle.com/en/java/javase/17/docs/specs/jdwp/jdwp-spec.html). Ids have eight bytes, as in every HotSpot of 64 bits.
 */
export interface JavaDebugger {
  /**
   * Sets the only static field of a class, an `int`.
   *
   * @param signature `Lorg/example/Thing;`
   * @throws Error when there is no such class, or when the program refuses
   */
  setStaticInt(signature: string, value: number): Promise<void>;
  detach(): void;
}

const HANDSHAKE = 'JDWP-Handshake';
const HEADER_BYTES = 11;
const ID_BYTES = 8;
const REPLY = 0x80;
const CLASSES_BY_SIGNATURE = [1, 2] as const;
const FIELDS_OF_CLASS = [2, 4] as const;
const SET_STATIC_FIELDS = [3, 2] as const;

/** Attaches to a program on this machine that was started with its debugger open. */
export async function attachJavaDebugger(port: number): Promise<JavaDebugger> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const ask = await speak(socket);

  /** What comes first in the answer's list, after its length and `skip` bytes more. */
  async function firstId(command: readonly [number, number], data: Buffer, skip: number): Promise<Buffer> {
    const answer = await ask(command, data);
    if (answer.readUInt32BE(0) !== 1)
      throw new Error(`the program knows ${answer.readUInt32BE(0)} of what must be one`);
    return answer.subarray(4 + skip, 4 + skip + ID_BYTES);
  }

  return {
    async setStaticInt(signature, value) {
      const type = await firstId(
        CLASSES_BY_SIGNATURE,
        Buffer.concat([int(signature.length), Buffer.from(signature)]),
        1,
      );
      const field = await firstId(FIELDS_OF_CLASS, type, 0);
      await ask(SET_STATIC_FIELDS, Buffer.concat([type, int(1), field, int(value)]));
    },
    detach: () => socket.destroy(),
  };
}

type Ask = (command: readonly [set: number, command: number], data: Buffer) => Promise<Buffer>;

/** Shakes hands, and then takes packets apart: events of the program are left aside. */
async function speak(socket: Socket): Promise<Ask> {
  const waiting = new Map<number, (packet: Buffer) => void>();
  const { promise: shaken, resolve: shake } = Promise.withResolvers<void>();
  let isShaken = false;
  let rest = Buffer.alloc(0);
  const take = (bytes: number) => {
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return taken;
  };
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (!isShaken && rest.length >= HANDSHAKE.length) {
      isShaken = take(HANDSHAKE.length).toString() === HANDSHAKE;
      if (isShaken) shake();
      else socket.destroy(new Error('what answers there is no Java debugger'));
    }
    while (isShaken && rest.length >= HEADER_BYTES && rest.length >= rest.readUInt32BE(0)) {
      const packet = take(rest.readUInt32BE(0));
      if (packet.readUInt8(8) === REPLY) waiting.get(packet.readUInt32BE(4))?.(packet);
    }
  });
  socket.write(HANDSHAKE);
  await shaken;
  let last = 0;
  return async ([set, command], data) => {
    last += 1;
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    waiting.set(last, resolve);
    const kind = Buffer.from([0, set, command]);
    socket.write(Buffer.concat([int(HEADER_BYTES + data.length), int(last), kind, data]));
    const packet = await promise;
    waiting.delete(last);
    const error = packet.readUInt16BE(9);
    if (error !== 0) throw new Error(`the program refused command ${set}.${command} with error ${error} of JDWP`);
    return packet.subarray(HEADER_BYTES);
  };
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
