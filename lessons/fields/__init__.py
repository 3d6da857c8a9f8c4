"""The fields of a lesson's tables: their schema, and the answers, settings and scripts that they hold."""
