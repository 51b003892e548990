-- From schema.prisma, but in two steps: with a constant first, a large table is not written anew. Whoever is there already
-- arrived before every transaction that is still to come.

-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "arrived_in" xid8 NOT NULL DEFAULT '0';
ALTER TABLE "participant" ALTER COLUMN "arrived_in" SET DEFAULT pg_current_xact_id();

-- CreateIndex
CREATE INDEX "participant_workspace_key_arrived_in_idx" ON "participant"("workspace_key", "arrived_in");
