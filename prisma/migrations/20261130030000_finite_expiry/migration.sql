-- What schema.prisma cannot say (test/database/migrations.test.ts has the list).

-- Null is what says that a token never expires; by hand, in SQL, somebody may have written it as a time.
UPDATE "api_token" SET "expires_at" = NULL WHERE "expires_at" = 'infinity';
UPDATE "api_token" SET "expires_at" = "created_at" WHERE "expires_at" = '-infinity';
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_expires_at_check" CHECK (isfinite("expires_at"));
