-- AlterTable
ALTER TABLE "study" ADD COLUMN     "submission_version" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "subscription_ticket" (
    "secret_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "token_id" UUID,
    "token_expires_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscription_ticket_pkey" PRIMARY KEY ("secret_hash")
);

-- CreateIndex
CREATE INDEX "subscription_ticket_user_id_idx" ON "subscription_ticket"("user_id");

-- CreateIndex
CREATE INDEX "subscription_ticket_expires_at_idx" ON "subscription_ticket"("expires_at");

-- AddForeignKey
ALTER TABLE "subscription_ticket" ADD CONSTRAINT "subscription_ticket_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "subscription_ticket" ADD CONSTRAINT "subscription_ticket_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "api_token"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
