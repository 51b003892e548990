-- Null says that a token never expires. By hand, in SQL, somebody may have written that as a time, which no answer can tell.
-- Whoever edits a token has locked its user's row before.
SELECT 1 FROM "app_user" WHERE "id" IN (
  SELECT "user_id" FROM "api_token" WHERE "expires_at" NOT BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999+00'
) ORDER BY "id" FOR NO KEY UPDATE;
UPDATE "api_token" SET "expires_at" = NULL WHERE "expires_at" > '9999-12-31 23:59:59.999+00';
UPDATE "api_token" SET "expires_at" = 'epoch' WHERE "expires_at" < '0001-01-01 00:00:00+00';
