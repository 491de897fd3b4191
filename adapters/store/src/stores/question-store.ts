import type { AskedQuestion, Digest, PolicyStore } from '@counterfoil/core';
import type { StoreContext } from './context.ts';

type QuestionPart = Pick<PolicyStore, 'recordQuestion' | 'questionAbout' | 'questions'>;

/** What the policies were asked, for those who want to know why. */
export function questionStore(context: StoreContext): QuestionPart {
  const { connection } = context;
  const newest = (about: { readonly limit: number; readonly digest?: Digest }) =>
    connection.read((database) => {
      const query = database
        .selectFrom('counterfoil.policy_question')
        .select(['digest', 'decided_at', 'question', 'decision'])
        .orderBy('question_id', 'desc')
        .limit(about.limit);
      return (
        about.digest === undefined ? query : query.where('digest', '=', about.digest)
      ).execute();
    });
  return {
    recordQuestion: ({ digest, question, decision }) =>
      connection.write(async (transaction) => {
        await transaction
          .insertInto('counterfoil.policy_question')
          .values({
            digest,
            decided_at: context.now(),
            question: JSON.stringify(question),
            decision: JSON.stringify(decision),
          })
          .execute();
      }),
    async questionAbout(digest) {
      const [row] = await newest({ limit: 1, digest });
      return row ? asked(row) : null;
    },
    async questions(limit) {
      return (await newest({ limit })).map(asked);
    },
  };
}

function asked({
  decided_at,
  ...row
}: AskedQuestion & { readonly decided_at: Date }): AskedQuestion & { readonly at: string } {
  return { ...row, at: decided_at.toISOString() };
}
