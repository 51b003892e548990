-- What schema.prisma cannot say (test/database/migrations.test.ts has the list).

-- The few groups that block for every study: looked at with every question of eligibility.
CREATE INDEX "participant_group_universal_idx" ON "participant_group" ("workspace_key") WHERE "is_universal_blocklist" AND "deleted_at" IS NULL;
