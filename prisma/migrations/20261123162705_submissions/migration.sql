-- CreateEnum
CREATE TYPE "completion_code_type" AS ENUM ('COMPLETED', 'FAILED_ATTENTION_CHECK', 'FOLLOW_UP_STUDY', 'GIVE_BONUS', 'INCOMPATIBLE_DEVICE', 'NO_CONSENT', 'SCREENED_IN', 'SCREENED_OUT', 'OTHER');

-- CreateEnum
CREATE TYPE "completion_action_kind" AS ENUM ('AUTOMATICALLY_APPROVE', 'MANUALLY_REVIEW', 'ADD_TO_PARTICIPANT_GROUP', 'REMOVE_FROM_PARTICIPANT_GROUP', 'REQUEST_RETURN');

-- AlterEnum
ALTER TYPE "audit_action" ADD VALUE 'STUDY_COMPLETED';

-- AlterTable
ALTER TABLE "membership_change" ADD COLUMN     "submission_key" INTEGER;

-- AlterTable
ALTER TABLE "study" ADD COLUMN     "approved_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "is_filled" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "submission" ADD COLUMN     "code_key" INTEGER,
ADD COLUMN     "completed_at" TIMESTAMPTZ(3),
ADD COLUMN     "completion_key" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN     "entered_code" TEXT,
ADD COLUMN     "rejection_message" TEXT,
ADD COLUMN     "return_requested" TEXT;

-- CreateTable
CREATE TABLE "completion_code" (
    "key" SERIAL NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "study_key" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT COLLATE "C" NOT NULL,
    "code_type" "completion_code_type" NOT NULL,

    CONSTRAINT "completion_code_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "completion_action" (
    "code_key" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "kind" "completion_action_kind" NOT NULL,
    "group_key" INTEGER,
    "return_reason" TEXT,

    CONSTRAINT "completion_action_pkey" PRIMARY KEY ("code_key","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "completion_code_workspace_key_key_key" ON "completion_code"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "completion_code_study_key_key_key" ON "completion_code"("study_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "completion_code_study_key_position_key" ON "completion_code"("study_key", "position");

-- CreateIndex
CREATE UNIQUE INDEX "completion_code_study_key_code_key" ON "completion_code"("study_key", "code");

-- CreateIndex
CREATE UNIQUE INDEX "submission_completion_key_key" ON "submission"("completion_key");

-- CreateIndex
CREATE INDEX "submission_study_key_key_idx" ON "submission"("study_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "submission_workspace_key_key_key" ON "submission"("workspace_key", "key");

-- AddForeignKey
ALTER TABLE "membership_change" ADD CONSTRAINT "membership_change_workspace_key_submission_key_fkey" FOREIGN KEY ("workspace_key", "submission_key") REFERENCES "submission"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "completion_code" ADD CONSTRAINT "completion_code_workspace_key_study_key_fkey" FOREIGN KEY ("workspace_key", "study_key") REFERENCES "study"("workspace_key", "key") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "completion_action" ADD CONSTRAINT "completion_action_workspace_key_code_key_fkey" FOREIGN KEY ("workspace_key", "code_key") REFERENCES "completion_code"("workspace_key", "key") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "completion_action" ADD CONSTRAINT "completion_action_workspace_key_group_key_fkey" FOREIGN KEY ("workspace_key", "group_key") REFERENCES "participant_group"("workspace_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "submission" ADD CONSTRAINT "submission_study_key_code_key_fkey" FOREIGN KEY ("study_key", "code_key") REFERENCES "completion_code"("study_key", "key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Below: what schema.prisma cannot say (test/database/migrations.test.ts has the list).

CREATE INDEX "completion_action_group_idx" ON "completion_action" ("group_key", "code_key") WHERE "group_key" IS NOT NULL;
CREATE INDEX "membership_change_submission_idx" ON "membership_change" ("submission_key") WHERE "submission_key" IS NOT NULL;

-- Who is running out of time: looked at every few seconds.
CREATE INDEX "submission_expiring_idx" ON "submission" ("expires_at") WHERE "status" = 'ACTIVE' AND "expires_at" IS NOT NULL;

ALTER TABLE "completion_action"
ADD CONSTRAINT "completion_action_group_key_check" CHECK (("group_key" IS NOT NULL) = ("kind" IN ('ADD_TO_PARTICIPANT_GROUP', 'REMOVE_FROM_PARTICIPANT_GROUP'))),
ADD CONSTRAINT "completion_action_return_reason_check" CHECK (("return_reason" IS NOT NULL) = ("kind" = 'REQUEST_RETURN'));

ALTER TABLE "submission"
ADD CONSTRAINT "submission_code_key_check" CHECK ("code_key" IS NULL OR "entered_code" IS NOT NULL),
ADD CONSTRAINT "submission_completed_at_check" CHECK ("completed_at" IS NULL OR "entered_code" IS NOT NULL);

ALTER TABLE "study" ADD CONSTRAINT "study_is_filled_check" CHECK (NOT "is_filled" OR "status" = 'COMPLETED');
