-- AlterTable
ALTER TABLE "app_user" ADD COLUMN     "access_version" INTEGER NOT NULL DEFAULT 0;

-- By hand: whatever decides what a token stands for moves the version of its user, whoever edits it. Whether it has ended
-- or was revoked is looked at for itself.
CREATE FUNCTION count_access_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- With the schema: a backup of the data alone is restored without a search path.
  EXECUTE format('UPDATE %I.app_user SET access_version = access_version + 1 WHERE id IN ($1, $2)', TG_TABLE_SCHEMA)
    USING OLD.user_id, NEW.user_id;
  RETURN NULL;
END $$;

CREATE FUNCTION count_user_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.access_version := OLD.access_version + 1;
  RETURN NEW;
END $$;

CREATE TRIGGER workspace_member_access AFTER INSERT OR UPDATE OR DELETE ON workspace_member
  FOR EACH ROW EXECUTE FUNCTION count_access_edit();
CREATE TRIGGER api_token_access AFTER INSERT OR UPDATE OF id, user_id, secret_hash, workspace_key, read_only, expires_at ON api_token
  FOR EACH ROW EXECUTE FUNCTION count_access_edit();
CREATE TRIGGER app_user_access BEFORE UPDATE OF email ON app_user
  FOR EACH ROW WHEN (OLD.email IS DISTINCT FROM NEW.email) EXECUTE FUNCTION count_user_edit();
