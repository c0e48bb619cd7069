"""All migrations, in order. A released one never changes: the next one follows it."""

from schema.migration import DocumentChange, Down, GraphChange, Index, Migration, Validator

_ASC, _DESC = 1, -1

LOOKUPS = Migration(
    number=1,
    name="lookups",
    down=Down(
        "safe", "indexes and constraints only; until they are back, lookups scan and doubles are not refused"
    ),
    documents=DocumentChange(
        indexes=(
            Index("companies", "name_unique", (("nameNorm", _ASC),), unique=True),
            Index("companies", "class_trials", (("class", _ASC), ("trialCount", _DESC))),
            Index("companies", "words", (("query.words", _ASC),)),
            Index("trials", "status_phases", (("overallStatus", _ASC), ("phases", _ASC))),
            Index("trials", "sponsor", (("sponsor.companyId", _ASC),)),
            Index("trials", "collaborators", (("collaborators.companyId", _ASC),)),
            Index("trials", "start_date", (("query.startDate", _ASC), ("_id", _ASC))),
            Index("trials", "last_update", (("lastUpdateDate", _ASC), ("_id", _ASC))),
            Index("trials", "words", (("query.words", _ASC),)),
            Index("trials", "condition_words", (("query.conditionWords", _ASC),)),
        )
    ),
    graph=GraphChange(
        up=(
            "CREATE CONSTRAINT trial_nct IF NOT EXISTS FOR (t:Trial) REQUIRE t.nctId IS UNIQUE",
            "CREATE CONSTRAINT company_id IF NOT EXISTS FOR (c:Company) REQUIRE c.companyId IS UNIQUE",
            "CREATE CONSTRAINT condition_key IF NOT EXISTS FOR (c:Condition) REQUIRE c.key IS UNIQUE",
            "CREATE CONSTRAINT intervention_key IF NOT EXISTS FOR (i:Intervention) REQUIRE i.key IS UNIQUE",
            "CREATE INDEX trial_status IF NOT EXISTS FOR (t:Trial) ON (t.overallStatus)",
            "CREATE INDEX trial_start IF NOT EXISTS FOR (t:Trial) ON (t.startDate)",
        ),
        down=(
            "DROP INDEX trial_start IF EXISTS",
            "DROP INDEX trial_status IF EXISTS",
            "DROP CONSTRAINT intervention_key IF EXISTS",
            "DROP CONSTRAINT condition_key IF EXISTS",
            "DROP CONSTRAINT company_id IF EXISTS",
            "DROP CONSTRAINT trial_nct IF EXISTS",
        ),
    ),
)

VALIDATION = Migration(
    number=2,
    name="validation",
    down=Down("safe", "rules only; until they are back, the services alone refuse what is malformed"),
    documents=DocumentChange(
        validators=(
            Validator(
                "trials",
                {
                    "$jsonSchema": {
                        "bsonType": "object",
                        "required": ["_id", "briefTitle", "overallStatus", "studyType", "sponsor"],
                        "properties": {
                            "_id": {"bsonType": "string", "pattern": "^NCT[0-9]{8}$"},
                            "briefTitle": {"bsonType": "string"},
                            "overallStatus": {"bsonType": "string"},
                            "phases": {"bsonType": "array", "items": {"bsonType": "string"}},
                        },
                    }
                },
            ),
            Validator(
                "companies",
                {
                    "$jsonSchema": {
                        "bsonType": "object",
                        "required": ["_id", "name", "nameNorm", "class", "version"],
                        "properties": {
                            "name": {"bsonType": "string", "minLength": 1},
                            "nameNorm": {"bsonType": "string", "minLength": 1},
                            "version": {"bsonType": ["int", "long"], "minimum": 1},
                        },
                    }
                },
            ),
        )
    ),
)

SEARCH = Migration(
    number=3,
    name="search",
    down=Down("safe", "indexes only; until they are back, there is no search by relevance"),
    documents=DocumentChange(
        indexes=(
            Index(
                "trials",
                "text",
                (("briefTitle", "text"), ("conditions", "text"), ("interventions.name", "text")),
                needs="text search",
            ),
        )
    ),
    graph=GraphChange(
        up=(
            "CREATE FULLTEXT INDEX trial_title IF NOT EXISTS FOR (t:Trial) ON EACH [t.briefTitle]",
            "CREATE FULLTEXT INDEX company_name IF NOT EXISTS FOR (c:Company) ON EACH [c.name, c.aliases]",
        ),
        down=("DROP INDEX company_name IF EXISTS", "DROP INDEX trial_title IF EXISTS"),
    ),
)

ENTITY_MAPPINGS = Migration(
    number=4,
    name="entity-mappings",
    down=Down(
        "lossy",
        "what reviewers decided about the mapping of names to entities goes with its collection and nodes",
    ),
    documents=DocumentChange(
        collections=("entity_mappings",),
        indexes=(
            Index(
                "entity_mappings",
                "key_unique",
                (("source", _ASC), ("vocabulary", _ASC), ("key", _ASC)),
                unique=True,
            ),
            Index("entity_mappings", "review", (("status", _ASC), ("score", _DESC))),
        ),
    ),
    graph=GraphChange(
        up=(
            "CREATE CONSTRAINT mapping_id IF NOT EXISTS FOR (m:EntityMapping) REQUIRE m.mappingId IS UNIQUE",
        ),
        down=(
            "MATCH (m:EntityMapping) DETACH DELETE m",
            "DROP CONSTRAINT mapping_id IF EXISTS",
        ),
    ),
)

MIGRATIONS = (LOOKUPS, VALIDATION, SEARCH, ENTITY_MAPPINGS)
