-- CreateEnum
CREATE TYPE "study_status" AS ENUM ('UNPUBLISHED', 'ACTIVE', 'PAUSED', 'COMPLETED');

-- CreateEnum
CREATE TYPE "submission_status" AS ENUM ('ACTIVE', 'AWAITING_REVIEW', 'APPROVED', 'REJECTED', 'RETURNED', 'TIMED_OUT');

-- CreateEnum
CREATE TYPE "filter_kind" AS ENUM ('PARTICIPANT_GROUP_ALLOWLIST', 'PARTICIPANT_GROUP_BLOCKLIST', 'CUSTOM_ALLOWLIST', 'CUSTOM_BLOCKLIST', 'PREVIOUS_STUDIES_ALLOWLIST', 'PREVIOUS_STUDIES_BLOCKLIST', 'ALL', 'ANY');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "audit_action" ADD VALUE 'STUDY_CREATED';
ALTER TYPE "audit_action" ADD VALUE 'STUDY_UPDATED';
ALTER TYPE "audit_action" ADD VALUE 'STUDY_DELETED';
ALTER TYPE "audit_action" ADD VALUE 'STUDY_PUBLISHED';
ALTER TYPE "audit_action" ADD VALUE 'STUDY_PAUSED';
ALTER TYPE "audit_action" ADD VALUE 'STUDY_STARTED';
ALTER TYPE "audit_action" ADD VALUE 'STUDY_STOPPED';
ALTER TYPE "audit_action" ADD VALUE 'FILTER_SET_CREATED';
ALTER TYPE "audit_action" ADD VALUE 'FILTER_SET_UPDATED';
ALTER TYPE "audit_action" ADD VALUE 'FILTER_SET_DELETED';
ALTER TYPE "audit_action" ADD VALUE 'FILTER_SET_LOCKED';
ALTER TYPE "audit_action" ADD VALUE 'FILTER_SET_UNLOCKED';

-- CreateTable
CREATE TABLE "study" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "project_key" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "internal_name" TEXT,
    "description" TEXT,
    "status" "study_status" NOT NULL DEFAULT 'UNPUBLISHED',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "total_available_places" INTEGER NOT NULL,
    "maximum_minutes" INTEGER,
    "filter_tree_key" INTEGER NOT NULL,
    "filter_set_key" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "study_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "filter_tree" (
    "key" SERIAL NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "filter_tree_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "filter_node" (
    "tree_key" INTEGER NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "parent_ordinal" INTEGER,
    "kind" "filter_kind" NOT NULL,
    "joined_within_days" INTEGER,
    "joined_before_days" INTEGER,
    "statuses" "submission_status"[],
    "participant_id_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "filter_node_pkey" PRIMARY KEY ("tree_key","ordinal")
);

-- CreateTable
CREATE TABLE "filter_node_group" (
    "tree_key" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "group_key" INTEGER NOT NULL,

    CONSTRAINT "filter_node_group_pkey" PRIMARY KEY ("tree_key","ordinal","position")
);

-- CreateTable
CREATE TABLE "filter_node_study" (
    "tree_key" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "study_key" INTEGER NOT NULL,

    CONSTRAINT "filter_node_study_pkey" PRIMARY KEY ("tree_key","ordinal","position")
);

-- CreateTable
CREATE TABLE "filter_node_participant_id" (
    "tree_key" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "participant_id" TEXT COLLATE "C" NOT NULL,
    "workspace_key" INTEGER NOT NULL,

    CONSTRAINT "filter_node_participant_id_pkey" PRIMARY KEY ("tree_key","ordinal","participant_id")
);

-- CreateTable
CREATE TABLE "filter_set" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "is_locked" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "filter_set_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "filter_set_version" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "filter_set_key" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "filter_tree_key" INTEGER NOT NULL,
    "actor_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "filter_set_version_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "submission" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "study_key" INTEGER NOT NULL,
    "participant_key" INTEGER NOT NULL,
    "status" "submission_status" NOT NULL DEFAULT 'ACTIVE',
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "submission_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "study_id_key" ON "study"("id");

-- CreateIndex
CREATE INDEX "study_project_key_key_idx" ON "study"("project_key", "key");

-- CreateIndex
CREATE INDEX "study_workspace_key_status_key_idx" ON "study"("workspace_key", "status", "key");

-- CreateIndex
CREATE INDEX "study_filter_tree_key_idx" ON "study"("filter_tree_key");

-- CreateIndex
CREATE INDEX "study_filter_set_key_idx" ON "study"("filter_set_key");

-- CreateIndex
CREATE UNIQUE INDEX "study_workspace_key_key_key" ON "study"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "filter_tree_workspace_key_key_key" ON "filter_tree"("workspace_key", "key");

-- CreateIndex
CREATE INDEX "filter_node_group_group_key_tree_key_idx" ON "filter_node_group"("group_key", "tree_key");

-- CreateIndex
CREATE INDEX "filter_node_study_study_key_tree_key_idx" ON "filter_node_study"("study_key", "tree_key");

-- CreateIndex
CREATE INDEX "filter_node_participant_id_workspace_key_participant_id_idx" ON "filter_node_participant_id"("workspace_key", "participant_id");

-- CreateIndex
CREATE UNIQUE INDEX "filter_set_id_key" ON "filter_set"("id");

-- CreateIndex
CREATE UNIQUE INDEX "filter_set_workspace_key_key_key" ON "filter_set"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "filter_set_version_id_key" ON "filter_set_version"("id");

-- CreateIndex
CREATE UNIQUE INDEX "filter_set_version_filter_set_key_version_key" ON "filter_set_version"("filter_set_key", "version");

-- CreateIndex
CREATE UNIQUE INDEX "filter_set_version_workspace_key_filter_tree_key_key" ON "filter_set_version"("workspace_key", "filter_tree_key");

-- CreateIndex
CREATE UNIQUE INDEX "submission_id_key" ON "submission"("id");

-- CreateIndex
CREATE INDEX "submission_study_key_status_participant_key_idx" ON "submission"("study_key", "status", "participant_key");

-- CreateIndex
CREATE UNIQUE INDEX "submission_participant_key_study_key_key" ON "submission"("participant_key", "study_key");

-- AddForeignKey
ALTER TABLE "study" ADD CONSTRAINT "study_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "study" ADD CONSTRAINT "study_workspace_key_project_key_fkey" FOREIGN KEY ("workspace_key", "project_key") REFERENCES "project"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "study" ADD CONSTRAINT "study_workspace_key_filter_tree_key_fkey" FOREIGN KEY ("workspace_key", "filter_tree_key") REFERENCES "filter_tree"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "study" ADD CONSTRAINT "study_workspace_key_filter_set_key_fkey" FOREIGN KEY ("workspace_key", "filter_set_key") REFERENCES "filter_set"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_tree" ADD CONSTRAINT "filter_tree_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node" ADD CONSTRAINT "filter_node_workspace_key_tree_key_fkey" FOREIGN KEY ("workspace_key", "tree_key") REFERENCES "filter_tree"("workspace_key", "key") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_group" ADD CONSTRAINT "filter_node_group_workspace_key_tree_key_fkey" FOREIGN KEY ("workspace_key", "tree_key") REFERENCES "filter_tree"("workspace_key", "key") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_group" ADD CONSTRAINT "filter_node_group_tree_key_ordinal_fkey" FOREIGN KEY ("tree_key", "ordinal") REFERENCES "filter_node"("tree_key", "ordinal") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_group" ADD CONSTRAINT "filter_node_group_workspace_key_group_key_fkey" FOREIGN KEY ("workspace_key", "group_key") REFERENCES "participant_group"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_study" ADD CONSTRAINT "filter_node_study_workspace_key_tree_key_fkey" FOREIGN KEY ("workspace_key", "tree_key") REFERENCES "filter_tree"("workspace_key", "key") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_study" ADD CONSTRAINT "filter_node_study_tree_key_ordinal_fkey" FOREIGN KEY ("tree_key", "ordinal") REFERENCES "filter_node"("tree_key", "ordinal") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_study" ADD CONSTRAINT "filter_node_study_workspace_key_study_key_fkey" FOREIGN KEY ("workspace_key", "study_key") REFERENCES "study"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_node_participant_id" ADD CONSTRAINT "filter_node_participant_id_tree_key_ordinal_fkey" FOREIGN KEY ("tree_key", "ordinal") REFERENCES "filter_node"("tree_key", "ordinal") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_set" ADD CONSTRAINT "filter_set_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_set_version" ADD CONSTRAINT "filter_set_version_workspace_key_filter_set_key_fkey" FOREIGN KEY ("workspace_key", "filter_set_key") REFERENCES "filter_set"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_set_version" ADD CONSTRAINT "filter_set_version_workspace_key_filter_tree_key_fkey" FOREIGN KEY ("workspace_key", "filter_tree_key") REFERENCES "filter_tree"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "filter_set_version" ADD CONSTRAINT "filter_set_version_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "submission" ADD CONSTRAINT "submission_workspace_key_study_key_fkey" FOREIGN KEY ("workspace_key", "study_key") REFERENCES "study"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "submission" ADD CONSTRAINT "submission_workspace_key_participant_key_fkey" FOREIGN KEY ("workspace_key", "participant_key") REFERENCES "participant"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Below: what schema.prisma cannot say (test/database/migrations.test.ts has the list).

CREATE INDEX "filter_tree_retired_idx" ON "filter_tree" ("retired_at") WHERE "retired_at" IS NOT NULL;

ALTER TABLE "study" ADD CONSTRAINT "study_total_available_places_check" CHECK ("total_available_places" >= 1),
ADD CONSTRAINT "study_maximum_minutes_check" CHECK ("maximum_minutes" >= 1),
ADD CONSTRAINT "study_published_check" CHECK (("status" = 'UNPUBLISHED') = ("published_at" IS NULL));

ALTER TABLE "filter_node" ADD CONSTRAINT "filter_node_parent_check" CHECK ("parent_ordinal" < "ordinal"),
ADD CONSTRAINT "filter_node_joined_within_days_check" CHECK ("joined_within_days" >= 1),
ADD CONSTRAINT "filter_node_joined_before_days_check" CHECK ("joined_before_days" >= 1);

ALTER TABLE "filter_set_version" ADD CONSTRAINT "filter_set_version_version_check" CHECK ("version" >= 1);
