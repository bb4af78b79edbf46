import { implement } from '@orpc/server';
import { forensics } from '../../../shared/contract/forensics.ts';
import { errorsAsFailures, type AnswerContext } from './answers.ts';

const os = implement(forensics).$context<AnswerContext>().use(errorsAsFailures);

export const forensicsRouter = os.router({
  read: os.read.handler(({ input, context }) => context.session.core().forensics.read(input.hostId)),
  bundle: os.bundle.handler(async ({ input, context }) => {
    const { bytes, notRead, ...told } = await context.session.core().forensics.bundle(input.hostIds);
    return { ...told, notRead: [...notRead], base64: bytes.toString('base64') };
  }),
});
