import type { SignedOutReason } from './client.ts';
import { createListeners } from './listeners.ts';
import type { Session } from './session.ts';
import type { Channel } from './surroundings.ts';

type Message =
  | {
      readonly is: 'seen';
      readonly userKey: string;
      readonly recheckAt: string | undefined;
      readonly isRenewed: boolean;
    }
  | { readonly is: 'signed_out'; readonly reason: SignedOutReason };

/** Who is signed in as far as this tab knows, and what the tabs of this origin tell one another of it. */
export interface Presence {
  /** The API has shown a session. */
  see(session: Session, isRenewed: boolean): void;
  /** The API has said that nobody is signed in. */
  end(reason: SignedOutReason): void;
  /** Tells the others that this tab has signed out. */
  signOut(): void;
  /** As long as the page is leaving to sign out, its listeners hear nothing: one that loads it anew would stop it. */
  setLeaving(isLeaving: boolean): void;
  /** @returns stops listening */
  onSignedOut(listener: (reason: SignedOutReason) => void): () => void;
}

/** `onRenewed`: another tab has renewed the ticket of all. */
export function createPresence(
  channel: Channel | undefined,
  onRenewed: (recheckAt: string | undefined) => void,
): Presence {
  const listeners = createListeners<SignedOutReason>();
  let known: string | undefined;
  let isLeaving = false;

  const post = (message: Message) => channel?.postMessage(message);
  const leave = (reason: SignedOutReason) => {
    if (known === undefined || isLeaving) return;
    known = undefined;
    listeners.tell(reason);
  };
  const meet = (userKey: string) => {
    if (known !== undefined && known !== userKey) leave('other_user');
  };

  if (channel !== undefined) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.is === 'signed_out') return leave(data.reason);
      meet(data.userKey);
      if (data.isRenewed) onRenewed(data.recheckAt);
    };
  }

  return {
    see({ userKey, recheckAt }, isRenewed) {
      meet(userKey);
      if (isRenewed || known === undefined) {
        post({ is: 'seen', userKey, isRenewed, recheckAt });
      }
      known = userKey;
    },
    end(reason) {
      if (known !== undefined) post({ is: 'signed_out', reason });
      leave(reason);
    },
    signOut: () => post({ is: 'signed_out', reason: 'signed_out' }),
    setLeaving(value) {
      isLeaving = value;
    },
    onSignedOut: listeners.add,
  };
}
