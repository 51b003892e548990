-- What schema.prisma cannot say (test/database/migrations.test.ts has the list).

-- A workspace's groups in the order of their last change, as participantGroups sorts them: a page is read where it is,
-- however many groups there are.
CREATE INDEX "participant_group_last_change_idx" ON "participant_group" ("workspace_key", coalesce("last_change_at", 'epoch'::timestamptz), "key") WHERE "deleted_at" IS NULL;
