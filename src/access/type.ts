import { UserRef, ViewerRef } from './ref.ts';

UserRef.implement({
  description: 'A person who uses the gateway. Of others than oneself only the name can be seen.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'The name.' }) }),
});

ViewerRef.implement({
  description: 'Who is asking: the user whom the token acts for.',
  fields: (t) => ({
    user: t.field({ type: UserRef, description: 'The user.', resolve: ({ userId }) => userId }),
    email: t.exposeString('email', { description: "The user's e-mail address." }),
  }),
});
