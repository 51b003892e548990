-- CreateEnum
CREATE TYPE "audit_action" AS ENUM ('WORKSPACE_CREATED', 'WORKSPACE_UPDATED', 'PROJECT_CREATED', 'PROJECT_UPDATED', 'PARTICIPANT_GROUP_CREATED', 'PARTICIPANT_GROUP_UPDATED', 'PARTICIPANT_GROUP_DELETED', 'PARTICIPANT_GROUP_RESTORED', 'PARTICIPANT_ERASED', 'MEMBER_ADDED', 'MEMBER_ROLE_CHANGED', 'MEMBER_REMOVED', 'INVITATION_CREATED', 'INVITATION_REDEEMED', 'INVITATION_REVOKED', 'API_TOKEN_CREATED', 'API_TOKEN_REVOKED');

-- AlterTable
ALTER TABLE "app_user" ADD COLUMN     "issuer" TEXT,
ADD COLUMN     "subject" TEXT;

-- AlterTable
ALTER TABLE "api_token" ADD COLUMN     "last_used_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "invitation" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT COLLATE "C" NOT NULL,
    "role" "workspace_role" NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "invited_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3),
    "redeemed_by_id" UUID,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "key" SERIAL NOT NULL,
    "id" UUID NOT NULL,
    "workspace_key" INTEGER NOT NULL,
    "action" "audit_action" NOT NULL,
    "actor_id" UUID,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "subject" TEXT NOT NULL,
    "subject_name" TEXT NOT NULL,
    "changes" JSONB NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "invitation_id_key" ON "invitation"("id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_secret_hash_key" ON "invitation"("secret_hash");

-- CreateIndex
CREATE INDEX "invitation_workspace_key_key_idx" ON "invitation"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_id_key" ON "audit_entry"("id");

-- CreateIndex
CREATE INDEX "audit_entry_workspace_key_key_idx" ON "audit_entry"("workspace_key", "key");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_issuer_subject_key" ON "app_user"("issuer", "subject");

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_invited_by_id_fkey" FOREIGN KEY ("invited_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_redeemed_by_id_fkey" FOREIGN KEY ("redeemed_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_workspace_key_fkey" FOREIGN KEY ("workspace_key") REFERENCES "workspace"("key") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Below: what schema.prisma cannot say (test/database/migrations.test.ts has the list).

-- Open invitations by address: looked at whenever somebody signs in.
CREATE INDEX "invitation_open_email_idx" ON "invitation" ("email_key") WHERE "redeemed_at" IS NULL AND "revoked_at" IS NULL;

-- Pages of a workspace: its open invitations, its good tokens and its members, each in their order.
CREATE INDEX "invitation_open_idx" ON "invitation" ("workspace_key", "key") WHERE "redeemed_at" IS NULL AND "revoked_at" IS NULL;
CREATE INDEX "api_token_page_idx" ON "api_token" ("workspace_key", "id") WHERE "revoked_at" IS NULL;
CREATE INDEX "workspace_member_page_idx" ON "workspace_member" ("workspace_key", "created_at", "user_id") WHERE "removed_at" IS NULL;

-- The few who are erased, for listings and reversions to leave out.
CREATE INDEX "participant_erased_idx" ON "participant" ("workspace_key", "key") WHERE "erased_at" IS NOT NULL;

ALTER TABLE "invitation" ADD CONSTRAINT "invitation_secret_hash_check" CHECK (octet_length("secret_hash") = 32),
ADD CONSTRAINT "invitation_redeemed_check" CHECK (("redeemed_at" IS NULL) = ("redeemed_by_id" IS NULL));

ALTER TABLE "app_user" ADD CONSTRAINT "app_user_issuer_check" CHECK (("issuer" IS NULL) = ("subject" IS NULL));

-- Callers' keys are kept as their SHA-256.
UPDATE "idempotency_key" SET "key" = encode(sha256(convert_to("key", 'UTF8')), 'hex');
