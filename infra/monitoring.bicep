metadata description = 'What watches over the app: a workbook, alert rules for the success targets, and whom they are sent to.'

@description('Resource id of the Application Insights component that the app reports to.')
param applicationInsightsId string

@description('Resource id of the Log Analytics workspace behind it.')
param logAnalyticsId string

param location string
param tags object

@description('Email address for alerts. Empty: alerts are shown in the portal only.')
param alertEmail string = ''

@description('Alert if fewer than this percentage of generations complete.')
param completeTargetPercent int = 95

@description('Alert if more than this percentage of generations end with a critical error.')
param criticalTargetPercent int = 2

@description('Alert if the 95th percentile of the time to the first panel exceeds this, in seconds.')
param firstPanelTargetSeconds int = 90

@description('Minimum number of ended generations in an hour for a percentage to be meaningful.')
param leastGenerations int = 20

var roleName = 'story-to-manga'
var ends = 'AppMetrics | where AppRoleName == "${roleName}" and Name == "manga.generations" | extend outcome = tostring(Properties["manga.outcome"]) | where outcome != "cancelled" | summarize ended = sum(Sum), finished = sumif(Sum, outcome in ("complete", "partial")), critical = sumif(Sum, outcome == "critical")'

var rules = [
  {
    name: 'generations-complete'
    title: 'Fewer than ${completeTargetPercent} % of generations complete'
    severity: 1
    query: '${ends} | where ended >= ${leastGenerations} and finished * 100 < ended * ${completeTargetPercent}'
  }
  {
    name: 'critical-errors'
    title: 'More than ${criticalTargetPercent} % of generations end with a critical error'
    severity: 1
    query: '${ends} | where ended >= ${leastGenerations} and critical * 100 > ended * ${criticalTargetPercent}'
  }
  {
    name: 'time-to-first-panel'
    title: 'The first panel takes longer than ${firstPanelTargetSeconds} s'
    severity: 2
    query: 'AppTraces | where AppRoleName == "${roleName}" and Properties.action == "generation_ended" | extend seconds = todouble(Properties.first_panel_s) | where isnotnull(seconds) | summarize generations = count(), p95 = percentile(seconds, 95) | where generations >= ${leastGenerations} and p95 > ${firstPanelTargetSeconds}'
  }
]

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-story-to-manga'
  // Action groups are global resources.
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'manga'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'story-to-manga-${rule.name}'
    location: location
    tags: tags
    properties: {
      displayName: rule.title
      severity: rule.severity
      enabled: true
      scopes: [
        logAnalyticsId
      ]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT1H'
      autoMitigate: true
      // A new workspace may not have its tables yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(alertEmail) ? [] : [recipients.id]
      }
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(applicationInsightsId, 'story-to-manga')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Story to manga'
    category: 'workbook'
    sourceId: applicationInsightsId
    serializedData: replace(loadTextContent('monitoring/workbook.json'), '{applicationInsightsId}', applicationInsightsId)
  }
}

output recipientsId string = empty(alertEmail) ? '' : recipients.id
output workbookId string = workbook.id
