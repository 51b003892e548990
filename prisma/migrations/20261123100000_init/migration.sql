-- From schema.prisma, but for COLLATE "C" on two columns (their order must not depend on the server's locale, and bytes
-- compare fastest) and everything after the line "By hand". CREATE SCHEMA public is left out: PostgreSQL has it, and a
-- role that may not create schemas would be refused even where there is nothing to create.

-- CreateEnum
CREATE TYPE "workspace_role" AS ENUM ('ADMIN', 'COLLABORATOR', 'VIEWER');

-- CreateEnum
CREATE TYPE "participant_id_format" AS ENUM ('PROLIFIC', 'OPAQUE');

-- CreateEnum
CREATE TYPE "membership_cause" AS ENUM ('MANUAL', 'REPLACEMENT', 'REVERSION', 'IMPORT', 'SET_OPERATION', 'COMPLETION_CODE', 'ERASURE');

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "workspace_key" INTEGER,
    "read_only" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "participant_id_format" "participant_id_format" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "workspace_member" (
    "workspace_key" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "workspace_role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "workspace_member_pkey" PRIMARY KEY ("user_id","workspace_key")
);

-- CreateTable
CREATE TABLE "project" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "project_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "participant" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "participant_id" TEXT COLLATE "C" NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "participant_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "participant_group" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "project_key" INTEGER,
    "name" TEXT NOT NULL,
    "name_key" TEXT COLLATE "C" NOT NULL,
    "description" TEXT,
    "is_universal_blocklist" BOOLEAN NOT NULL DEFAULT false,
    "participant_count" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "last_change_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "participant_group_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_key" INTEGER NOT NULL,
    "group_key" INTEGER NOT NULL,
    "participant_key" INTEGER NOT NULL,
    "joined_version" INTEGER NOT NULL,
    "left_version" INTEGER,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("group_key","joined_version","participant_key")
);

-- CreateTable
CREATE TABLE "membership_change" (
    "workspace_key" INTEGER NOT NULL,
    "group_key" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "cause" "membership_cause" NOT NULL,
    "note" TEXT,
    "actor_id" UUID,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "added_count" INTEGER NOT NULL,
    "removed_count" INTEGER NOT NULL,
    "participant_count" INTEGER NOT NULL,

    CONSTRAINT "membership_change_pkey" PRIMARY KEY ("group_key","version")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "user_id" UUID NOT NULL,
    "mutation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" BYTEA NOT NULL,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("user_id","mutation","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_token_secret_hash_key" ON "api_token"("secret_hash");

-- CreateIndex
CREATE INDEX "api_token_user_id_idx" ON "api_token"("user_id");

-- CreateIndex
CREATE INDEX "api_token_workspace_key_idx" ON "api_token"("workspace_key");

-- CreateIndex
CREATE UNIQUE INDEX "workspace_id_key" ON "workspace"("id");

-- CreateIndex
CREATE INDEX "workspace_member_workspace_key_idx" ON "workspace_member"("workspace_key");

-- CreateIndex
CREATE UNIQUE INDEX "project_id_key" ON "project"("id");

-- CreateIndex
CREATE UNIQUE INDEX "project_workspace_key_key_key" ON "project"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "participant_id_key" ON "participant"("id");

-- CreateIndex
CREATE UNIQUE INDEX "participant_workspace_key_participant_id_key" ON "participant"("workspace_key", "participant_id");

-- CreateIndex
CREATE UNIQUE INDEX "participant_workspace_key_key_key" ON "participant"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "participant_group_id_key" ON "participant_group"("id");

-- CreateIndex
CREATE INDEX "participant_group_workspace_key_created_at_key_idx" ON "participant_group"("workspace_key", "created_at", "key");

-- CreateIndex
CREATE INDEX "participant_group_project_key_created_at_key_idx" ON "participant_group"("project_key", "created_at", "key");

-- CreateIndex
CREATE UNIQUE INDEX "participant_group_workspace_key_key_key" ON "participant_group"("workspace_key", "key");

-- CreateIndex
CREATE INDEX "membership_change_group_key_occurred_at_idx" ON "membership_change"("group_key", "occurred_at");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "workspace_member" ADD CONSTRAINT "workspace_member_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "workspace_member" ADD CONSTRAINT "workspace_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "participant" ADD CONSTRAINT "participant_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "participant_group" ADD CONSTRAINT "participant_group_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "participant_group" ADD CONSTRAINT "participant_group_workspace_key_project_key_fkey" FOREIGN KEY ("workspace_key", "project_key") REFERENCES "project"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "membership_change" ADD CONSTRAINT "membership_change_workspace_key_group_key_fkey" FOREIGN KEY ("workspace_key", "group_key") REFERENCES "participant_group"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "membership_change" ADD CONSTRAINT "membership_change_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- By hand: what Prisma cannot say. test/database/migrations.test.ts lists it.

-- A deleted group gives its name free.
CREATE UNIQUE INDEX "participant_group_live_name_key" ON "participant_group"("workspace_key", "name_key") WHERE "deleted_at" IS NULL;

-- At most one current membership. Answers "which groups is this participant in, and since when" from the index alone.
CREATE UNIQUE INDEX "membership_current_key" ON "membership"("participant_key", "group_key") INCLUDE ("joined_version") WHERE "left_version" IS NULL;

-- Pages of a group's members, in the order of joining.
CREATE INDEX "membership_page_idx" ON "membership"("group_key", "joined_version", "participant_key") WHERE "left_version" IS NULL;

-- Who left with which change; what one added is found by the primary key.
CREATE INDEX "membership_left_idx" ON "membership"("group_key", "left_version", "participant_key") WHERE "left_version" IS NOT NULL;

-- A participant's past memberships.
CREATE INDEX "membership_past_idx" ON "membership"("participant_key", "group_key", "joined_version") WHERE "left_version" IS NOT NULL;

-- Counters and versions are kept by our statements: a mistake there must fail, not be stored.
ALTER TABLE "participant_group"
    ADD CONSTRAINT "participant_group_participant_count_check" CHECK ("participant_count" >= 0),
    ADD CONSTRAINT "participant_group_version_check" CHECK ("version" >= 0),
    ADD CONSTRAINT "participant_group_revision_check" CHECK ("revision" >= 1);

ALTER TABLE "membership"
    ADD CONSTRAINT "membership_joined_version_check" CHECK ("joined_version" >= 1),
    ADD CONSTRAINT "membership_left_version_check" CHECK ("left_version" > "joined_version");

-- An edit that changes nothing makes no change.
ALTER TABLE "membership_change"
    ADD CONSTRAINT "membership_change_version_check" CHECK ("version" >= 1),
    ADD CONSTRAINT "membership_change_added_count_check" CHECK ("added_count" >= 0),
    ADD CONSTRAINT "membership_change_removed_count_check" CHECK ("removed_count" >= 0),
    ADD CONSTRAINT "membership_change_size_check" CHECK ("added_count" + "removed_count" > 0),
    ADD CONSTRAINT "membership_change_participant_count_check" CHECK ("participant_count" >= 0);

-- SHA-256: anything else is not a hash, and could be a secret in clear.
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_secret_hash_check" CHECK (octet_length("secret_hash") = 32);
