-- What schema.prisma cannot say (test/database/migrations.test.ts has the list).

-- Not along with the edits before it: locking rows and then the table could be a deadlock with a node that runs.
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_expires_at_check"
  CHECK ("expires_at" BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999+00');
