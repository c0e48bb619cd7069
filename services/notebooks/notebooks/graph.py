"""Questions to the trial graph, answered as tables. Nothing can be written through here."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
from neo4j import READ_ACCESS, GraphDatabase, NotificationMinimumSeverity

_SETTINGS = ("NEO4J_URL", "NEO4J_USER", "NEO4J_PASSWORD")
_Z = 1.959964


class Graph:
    """The trial graph, opened for reading."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Connects as the environment says; a value may be given as NAME_FILE, the path of a file with it.

        Raises:
            ValueError: it does not say how.
        """
        values = {name: _setting(environment, name) for name in _SETTINGS}
        missing = [name for name, value in values.items() if not value]
        if missing:
            raise ValueError(f"{', '.join(missing)} not set: how to reach the graph is not known")
        self._database = _setting(environment, "NEO4J_DATABASE") or "neo4j"
        self._driver = GraphDatabase.driver(
            values["NEO4J_URL"],
            auth=(values["NEO4J_USER"], values["NEO4J_PASSWORD"]),
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._driver.close()

    def ask(self, query: str, **parameters: Any) -> pd.DataFrame:
        """The answer of a Cypher query; a query that writes is refused by the server."""
        with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
            result = session.run(query, parameters)
            columns = list(result.keys())
            return pd.DataFrame([record.values() for record in result], columns=columns)

    def trials_by(self, attribute: str) -> pd.DataFrame:
        """Trials by one of their attributes, the commonest value first."""
        return self.ask(
            """MATCH (t:Trial) RETURN coalesce(toString(t[$attribute]), 'none') AS value, count(*) AS trials
            ORDER BY trials DESC, value""",
            attribute=attribute,
        )

    def common_conditions(self, limit: int = 10) -> pd.DataFrame:
        """Conditions by the number of trials that study them."""
        return self.ask(
            """MATCH (t:Trial)-[:STUDIES_CONDITION]->(c:Condition)
            RETURN c.name AS condition, count(DISTINCT t) AS trials
            ORDER BY trials DESC, condition LIMIT $limit""",
            limit=limit,
        )

    def studied_drugs(self, limit: int = 10) -> pd.DataFrame:
        """Drugs by the number of their trials that report adverse events for a group named after them."""
        return self.ask(
            """MATCH (t:Trial)-[:STUDIES_DRUG]->(d:Drug)-[:GIVEN_IN]->(g:EventGroup)<-[:HAS_EVENT_GROUP]-(t)
            RETURN d.name AS drug, count(DISTINCT t) AS trials, count(DISTINCT g) AS groups
            ORDER BY trials DESC, drug LIMIT $limit""",
            limit=limit,
        )

    def adverse_events(self, drug: str) -> pd.DataFrame:
        """A drug's reported events by organ class and kind, summed over groups and terms."""
        return self.ask(
            """MATCH (d:Drug {key: $key})-[:GIVEN_IN]->(g:EventGroup)-[r:REPORTED_AE]->(e:AdverseEvent)
            MATCH (e)-[:IN_ORGAN]->(o:OrganClass)
            RETURN o.name AS organClass, r.kind AS kind, count(DISTINCT e) AS terms,
                sum(r.affected) AS affected ORDER BY affected DESC, organClass""",
            key=" ".join(drug.lower().split()),
        )

    def serious_rates(self, limit: int = 10) -> pd.DataFrame:
        """Share of people with a serious event, with Wilson's 95 % interval; the drugs with most people."""
        table = self.ask(
            """MATCH (d:Drug)-[:GIVEN_IN]->(g:EventGroup) WHERE g.seriousAtRisk > 0
            RETURN d.name AS drug, count(g) AS groups, sum(coalesce(g.seriousAffected, 0)) AS affected,
                sum(g.seriousAtRisk) AS atRisk ORDER BY atRisk DESC, drug LIMIT $limit""",
            limit=limit,
        )
        intervals = [wilson(row.affected, row.atRisk) for row in table.itertuples()]
        table["rate"] = [
            affected / at_risk for affected, at_risk in zip(table.affected, table.atRisk, strict=True)
        ]
        table["low"] = [low for low, _ in intervals]
        table["high"] = [high for _, high in intervals]
        return table

    def drop_outs(self, limit: int = 10) -> pd.DataFrame:
        """Why people left their trials."""
        return self.ask(
            """MATCH (:Period)-[:HAS_DROP_RECORD]->(r:DropRecord)
            RETURN r.reason AS reason, sum(r.count) AS people ORDER BY people DESC, reason LIMIT $limit""",
            limit=limit,
        )


def wilson(affected: int, at_risk: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; more affected than at risk occurs, and counts as all of them."""
    share = min(affected / at_risk, 1.0)
    middle = share + _Z**2 / (2 * at_risk)
    spread = _Z * math.sqrt(share * (1 - share) / at_risk + _Z**2 / (4 * at_risk**2))
    scale = 1 + _Z**2 / at_risk
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _setting(environment: Mapping[str, str], name: str) -> str:
    path = environment.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else environment.get(name, "")
