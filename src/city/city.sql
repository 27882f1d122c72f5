-- Statements of the room city.

-- city_items: the snapshot is made from them.
SELECT key, value FROM city_item WHERE key > '' ORDER BY key;

-- city_numbers: every number that was ever an office's.
SELECT number, office FROM city_number WHERE number > 0 ORDER BY number;

-- city_staffing: who holds anything where, to know which offices are small.
SELECT DISTINCT office, officer FROM city_duty WHERE office > ''
 ORDER BY office, officer;

-- city_item_get ($1 text): one item as it stands.
SELECT value FROM city_item WHERE key = $1;

-- city_item_set ($1 text, $2 text): the applier of city.set.
INSERT INTO city_item (key, value) VALUES ($1, $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- city_item_drop ($1 text): the applier of city.drop.
DELETE FROM city_item WHERE key = $1;

-- city_number_owner ($1 i64): whose a number is or was.
SELECT office FROM city_number WHERE number = $1;

-- city_number_take ($1 i64, $2 text): the first office keeps it for good.
INSERT INTO city_number (number, office) VALUES ($1, $2)
    ON CONFLICT (number) DO NOTHING;

-- city_number_of ($1 text): the office's newest number, and its officers.
SELECT number, (SELECT count(DISTINCT officer) FROM city_duty
                 WHERE office = $1)
  FROM city_number WHERE office = $1 ORDER BY number DESC LIMIT 1;

-- city_duty_add ($1 i64, $2 text, $3 text): the applier of duty.give.
INSERT INTO city_duty (officer, office, duty) VALUES ($1, $2, $3)
    ON CONFLICT (officer, office, duty) DO NOTHING;

-- city_duty_drop ($1 i64, $2 text, $3 text): the applier of duty.end.
DELETE FROM city_duty WHERE officer = $1 AND office = $2 AND duty = $3;

-- city_duty_has ($1 i64, $2 text, $3 text): only active officers hold any.
SELECT 1 FROM city_duty d JOIN city_officer o ON o.id = d.officer
 WHERE d.officer = $1 AND d.office = $2 AND d.duty = $3 AND o.active = 1;

-- city_rights_of ($1 i64, $2 i64): all that an active officer may do now: his
-- own, for those whom he stands in for, for vacant posts.
SELECT d.office AS office, d.duty AS duty, 1 AS own, d.officer AS whose, ''
  FROM city_duty d JOIN city_officer o ON o.id = d.officer
 WHERE d.officer = $1 AND o.active = 1
UNION ALL
SELECT d.office, d.duty, 0, a.id, a.name
  FROM city_absence s
  JOIN city_officer o ON o.id = s.standing
  JOIN city_officer a ON a.id = s.absent
  JOIN city_duty d ON d.officer = s.absent
 WHERE s.standing = $1 AND s.ends > $2 AND s.begins <= $2
   AND o.active = 1 AND a.active = 1
   AND d.duty NOT IN ('admin', 'auditor')
   AND (s.duty = '' OR (s.office = d.office AND s.duty = d.duty))
UNION ALL
SELECT s.office, s.duty, 0, 0, ''
  FROM city_absence s JOIN city_officer o ON o.id = s.standing
 WHERE s.standing = $1 AND s.ends > $2 AND s.begins <= $2
   AND s.absent = 0 AND o.active = 1
   AND NOT EXISTS (SELECT 1 FROM city_duty d
                     JOIN city_officer h ON h.id = d.officer
                    WHERE d.office = s.office AND d.duty = s.duty
                      AND h.active = 1)
 ORDER BY office, duty, own DESC, whose;

-- city_absence_put ($1 i64, $2 i64, $3 i64, $4 text, $5 text, $6 text, $7 i64, $8 i64): the applier of absence.begin.
INSERT INTO city_absence (id, absent, standing, office, duty, kind, begins,
                          ends)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- city_absence_cut ($1 i64, $2 i64, $3 text, $4 text, $5 i64, $6 i64): the applier of absence.end.
UPDATE city_absence SET ends = $6
 WHERE absent = $1 AND ends > $6 AND standing = $2 AND office = $3
   AND duty = $4 AND begins = $5;

-- city_absence_get ($1 i64): one.
SELECT s.id, s.absent, s.standing, a.name, b.name, s.office, s.duty, s.kind,
       s.begins, s.ends
  FROM city_absence s
  LEFT JOIN city_officer a ON a.id = s.absent
  LEFT JOIN city_officer b ON b.id = s.standing
 WHERE s.id = $1;

-- city_absences_all ($1 i64): what holds now or later.
SELECT s.id, s.absent, s.standing, a.name, b.name, s.office, s.duty, s.kind,
       s.begins, s.ends
  FROM city_absence s
  LEFT JOIN city_officer a ON a.id = s.absent
  LEFT JOIN city_officer b ON b.id = s.standing
 WHERE s.ends > $1
 ORDER BY s.begins, s.id;

-- city_absences_of ($1 i64, $2 i64): the same of one officer, away or standing
-- in.
SELECT s.id AS id, s.absent, s.standing, a.name, b.name, s.office, s.duty,
       s.kind, s.begins AS begins, s.ends
  FROM city_absence s
  LEFT JOIN city_officer a ON a.id = s.absent
  LEFT JOIN city_officer b ON b.id = s.standing
 WHERE s.absent = $1 AND s.ends > $2
UNION ALL
SELECT s.id, s.absent, s.standing, a.name, b.name, s.office, s.duty, s.kind,
       s.begins, s.ends
  FROM city_absence s
  LEFT JOIN city_officer a ON a.id = s.absent
  LEFT JOIN city_officer b ON b.id = s.standing
 WHERE s.standing = $1 AND s.ends > $2
 ORDER BY begins, id;

-- city_duties_of ($1 i64): all duties of an officer.
SELECT office, duty FROM city_duty WHERE officer = $1 ORDER BY office, duty;

-- city_holdings_all: all duties of all officers, duty by duty.
SELECT d.office, d.duty, d.officer, o.name, o.active
  FROM city_duty d JOIN city_officer o ON o.id = d.officer
 WHERE d.office >= '' ORDER BY d.office, d.duty, d.officer;

-- city_offices_with_duty ($1 text): where somebody active holds this duty.
SELECT DISTINCT d.office
  FROM city_duty d JOIN city_officer o ON o.id = d.officer
 WHERE d.duty = $1 AND o.active = 1
 ORDER BY d.office;

-- city_holders_of ($1 text, $2 text, $3 i64): the active holders of a duty, or
-- who acts for the vacant post, by name.
SELECT o.id, o.login, o.name AS name, o.post, o.phone, o.email, o.active,
       EXISTS (SELECT 1 FROM city_credential k WHERE k.officer = o.id)
  FROM city_duty d JOIN city_officer o ON o.id = d.officer
 WHERE d.office = $1 AND d.duty = $2 AND o.active = 1
UNION ALL
SELECT o.id, o.login, o.name, o.post, o.phone, o.email, o.active,
       EXISTS (SELECT 1 FROM city_credential k WHERE k.officer = o.id)
  FROM city_absence s JOIN city_officer o ON o.id = s.standing
 WHERE s.absent = 0 AND s.ends > $3 AND s.begins <= $3
   AND s.office = $1 AND s.duty = $2 AND o.active = 1
   AND NOT EXISTS (SELECT 1 FROM city_duty d
                     JOIN city_officer h ON h.id = d.officer
                    WHERE d.office = $1 AND d.duty = $2 AND h.active = 1)
 ORDER BY name, 1;

-- city_admins: the active administrators, a row an office.
SELECT d.officer, d.office
  FROM city_duty d JOIN city_officer o ON o.id = d.officer
 WHERE d.duty = 'admin' AND o.active = 1;

-- city_officer_new ($1 text, $2 text, $3 text, $4 text, $5 text, $6 i64): one
-- more.
INSERT INTO city_officer (login, name, post, phone, email, active, added)
VALUES ($1, $2, $3, $4, $5, 1, $6);

-- city_officer_set ($1 i64, $2 text, $3 text, $4 text, $5 text): what is
-- written of an officer.
UPDATE city_officer SET name = $2, post = $3, phone = $4, email = $5
 WHERE id = $1;

-- city_officer_active ($1 i64, $2 i64): may sign in, or may no longer.
UPDATE city_officer SET active = $2 WHERE id = $1;

-- city_officer_get ($1 i64): one officer.
SELECT o.id, o.login, o.name, o.post, o.phone, o.email, o.active,
       EXISTS (SELECT 1 FROM city_credential k WHERE k.officer = o.id)
  FROM city_officer o WHERE o.id = $1;

-- city_officer_find ($1 text): one officer, by login.
SELECT o.id, o.login, o.name, o.post, o.phone, o.email, o.active,
       EXISTS (SELECT 1 FROM city_credential k WHERE k.officer = o.id)
  FROM city_officer o WHERE o.login = $1;

-- city_officer_all: everybody, by name.
SELECT o.id, o.login, o.name, o.post, o.phone, o.email, o.active,
       EXISTS (SELECT 1 FROM city_credential k WHERE k.officer = o.id)
  FROM city_officer o WHERE o.name >= '' ORDER BY o.name, o.id;

-- city_link_new ($1 blob, $2 i64, $3 i64): a link goes out.
INSERT INTO city_link (token, officer, expires) VALUES ($1, $2, $3);

-- city_link_get ($1 blob): whose a link is, and until when.
SELECT officer, expires FROM city_link WHERE token = $1;

-- city_link_burn ($1 i64): one link an officer; none after its use.
DELETE FROM city_link WHERE officer = $1;

-- city_link_expire ($1 i64): what nobody used.
DELETE FROM city_link WHERE expires <= $1;

-- city_credential_set ($1 i64, $2 text, $3 blob, $4 i64, $5 i64): new secrets.
INSERT INTO city_credential (officer, password, seed, counter, changed)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (officer) DO UPDATE
   SET password = excluded.password, seed = excluded.seed,
       counter = excluded.counter, changed = excluded.changed;

-- city_credential_get ($1 i64): to check a password and a code.
SELECT k.password, k.seed, k.counter, o.active
  FROM city_credential k JOIN city_officer o ON o.id = k.officer
 WHERE k.officer = $1;

-- city_credential_used ($1 i64, $2 i64): the code of this counter is spent.
UPDATE city_credential SET counter = $2 WHERE officer = $1 AND counter < $2;

-- city_try_get ($1 blob): how often a name failed.
SELECT failures, until FROM city_try WHERE login = $1;

-- city_try_set ($1 blob, $2 i64, $3 i64): it failed once more.
INSERT INTO city_try (login, failures, until) VALUES ($1, $2, $3)
    ON CONFLICT (login) DO UPDATE
   SET failures = excluded.failures, until = excluded.until;

-- city_try_clear ($1 blob): it was right.
DELETE FROM city_try WHERE login = $1;

-- city_try_forget ($1 i64): what failed long ago.
DELETE FROM city_try WHERE until < $1;
