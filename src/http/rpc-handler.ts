import { problem, type Reply } from './reply.ts';
import type { BodyHandler, RequestHandler } from './server.ts';

const MAX_BODY_BYTES = 65_536;

/** `POST /` while the JSON-RPC is switched on. */
export function rpcHandler(answerCall: (body: string) => Promise<string | null>): BodyHandler {
  return {
    maxBytes: MAX_BODY_BYTES,
    answer: async (body): Promise<Reply> => {
      const answered = await answerCall(body);
      if (answered === null) return { kind: 'answer', status: 204, type: JSON_TYPE, body: '' };
      return { kind: 'answer', status: 200, type: JSON_TYPE, body: `${answered}\n` };
    },
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** `POST /` while it is not. */
export const rpcIsOff: RequestHandler = () => ({
  ...problem(
    405,
    'Method not allowed',
    'The JSON-RPC is switched off, because it shows the whole environment of every container; AUTODOCK_RPC_ENABLED=true switches it on.',
  ),
  headers: { allow: 'GET' },
});
