global using HealthAgent.Vocabulary;
